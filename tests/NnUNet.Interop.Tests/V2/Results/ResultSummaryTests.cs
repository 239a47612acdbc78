using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;
using NnUNet.Imaging.Formats;
using NnUNet.Interop.V2.Results;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests.V2.Results;

public sealed class ResultSummaryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("predictions/plain_2d/tta", "labelsTs", "shared/data/Task04_Hippocampus/labelsTs", "ref_v2/predictions/plain_2d/tta")]
    [InlineData("predictions/plain_3d/tta", "labelsTs", "shared/data/Task04_Hippocampus/labelsTs", "ref_v2/predictions/plain_3d/tta")]
    [InlineData("predictions/resencm_3d/tta", "labelsTs", "shared/data/Task04_Hippocampus/labelsTs", "ref_v2/predictions/resencm_3d/tta")]
    [InlineData("results/Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__2d/fold_0/validation", "labelsTr", "run/pre/Dataset004_Hippocampus/gt_segmentations", "run/res/Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__2d/fold_0/validation")]
    [InlineData("results/Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__3d_fullres/fold_0/validation", "labelsTr", "run/pre/Dataset004_Hippocampus/gt_segmentations", "run/res/Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__3d_fullres/fold_0/validation")]
    [InlineData("results/Dataset004_Hippocampus/nnUNetTrainer__nnUNetResEncUNetMPlans__3d_fullres/fold_0/validation", "labelsTr", "run/pre/Dataset004_Hippocampus/gt_segmentations", "run/res/Dataset004_Hippocampus/nnUNetTrainer__nnUNetResEncUNetMPlans__3d_fullres/fold_0/validation")]
    public void TheOriginalsSegmentations_GiveItsSummaryByteByByte(string folder, string references, string recordedReferences, string recorded)
    {
        // Given
        string golden = TestData.Golden("model_v2/" + folder), truth = TestData.Data("Task04_Hippocampus/" + references);
        string expected = File.ReadAllText(Path.Combine(golden, "summary.json"));

        // When
        ResultSummary summary = ResultSummary.Of(ResultSummary.Pairs(truth, golden, ".nii.gz", complete: false), [ComponentRegion.Of(1), ComponentRegion.Of(2)], null, Loop());

        // Then
        string text = PythonJsonText.Of(summary.ToNode()).Replace(golden + "/", recorded + "/", StringComparison.Ordinal).Replace(truth + "/", recordedReferences + "/", StringComparison.Ordinal);
        Assert.Equal(expected, text);
    }

    [Fact]
    public void Regions_AndTheIgnoredLabel_AreScored()
    {
        // Given: the last voxel of the reference is ignored
        Write("ref/a.nii.gz", [0, 1, 2, 3, 4]);
        Write("pred/a.nii.gz", [1, 1, 3, 3, 2]);

        // When
        ResultSummary summary = ResultSummary.Of(ResultSummary.Pairs(_folder["ref"], _folder["pred"], ".nii.gz", complete: true), [ComponentRegion.Joint([1, 2, 3]), ComponentRegion.Of(2)], 4, Loop());

        // Then
        Assert.Equal([new ConfusionCounts(3, 1, 0, 0), new ConfusionCounts(0, 0, 1, 3)], summary.Counts[0]);
        Assert.Equal(6 / 7.0, summary.Means.DiceOf("(1, 2, 3)"));
        Assert.Equal(3 / 7.0, summary.Means.ForegroundDice);
    }

    [Fact]
    public void AStructureThatIsNowhere_IsNaNInTheFile_AndReadBackAsSuch()
    {
        // Given
        Write("ref/a.nii.gz", [0, 1]);
        Write("pred/a.nii.gz", [0, 1]);

        // When
        ResultSummary summary = ResultSummary.Of(ResultSummary.Pairs(_folder["ref"], _folder["pred"], ".nii.gz", complete: true), [ComponentRegion.Of(1), ComponentRegion.Of(2)], null, Loop());
        summary.Write(_folder["summary.json"]);

        // Then
        Assert.Contains("\"Dice\": NaN", File.ReadAllText(_folder["summary.json"]), StringComparison.Ordinal);
        SummaryMeans read = SummaryMeans.Read(_folder["summary.json"]);
        Assert.Equal((1.0, double.NaN, double.NaN), (read.DiceOf("1"), read.DiceOf("2"), read.ForegroundDice));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(100)]
    [InlineData(300)]
    public void ASum_IsThatOfAllValues(int count)
    {
        double[] values = [.. Enumerable.Range(1, count).Select(static i => (double)i)];

        Assert.Equal(count * (count + 1) / 2.0, NumpySum.Of<double>(values));
    }

    [Fact]
    public void ASumOfEightOrMore_AddsInNumpysOrder()
    {
        // Given: one after the other the small values would be lost
        double[] values = [1e16, 1, 0, 0, 1, 1, 1, 1, -1e16];

        // When, Then: ((1e16 + 1) + (0 + 0)) + ((1 + 1) + (1 + 1)) - 1e16
        Assert.Equal(4, NumpySum.Of<double>(values));
    }

    private static SegmentationLoop Loop() => new(1, 0, null, CancellationToken.None);

    private void Write(string name, short[] voxels) => ImageFile.WriteLabels(_folder[name], new Volume<short>(voxels, new Extent(1, 1, voxels.Length)));
}
