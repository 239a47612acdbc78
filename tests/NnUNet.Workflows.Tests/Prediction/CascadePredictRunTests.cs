using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Tests;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Workflows.Tests.Prediction;

public sealed class CascadePredictRunTests : LeakCheckedTest
{
    [Fact]
    public void BothStages_PredictOneAfterTheOther()
    {
        // Given
        using SmallModel low = new();
        using SmallModel second = new(previousStage: true);
        using TemporaryFolder folder = new();
        WriteImage(folder, "a");
        File.WriteAllText(folder["in/b_0000.nii.gz"], "this is no image");

        // When
        PredictReport report = CascadePredictRun.Run(low.Folder, second.Folder, folder["in"], folder["out"]);
        PredictReport again = CascadePredictRun.Run(low.Folder, second.Folder, folder["in"], folder["out"]);

        // Then
        Assert.Equal(["a"], report.Predicted);
        PredictFailure failure = Assert.Single(report.Failures);
        Assert.Equal("b", failure.CaseId);
        Assert.StartsWith("at low resolution: ", failure.Reason, StringComparison.Ordinal);
        Assert.Equal(["a"], again.Skipped);
        using Segmenter first = Segmenter.Load(low.Folder);
        using Segmenter cascade = Segmenter.Load(second.Folder);
        Volume<short> lowResolution = first.Predict(SmallModel.Image()).Segmentation;
        Assert.Equal(lowResolution.Voxels, ImageFile.ReadLabels(folder["out/3d_lowres_predictions/a.nii.gz"]).Voxels);
        Assert.Equal(cascade.Predict([SmallModel.Image()], lowResolution).Segmentation.Voxels, ImageFile.ReadLabels(folder["out/a.nii.gz"]).Voxels);
    }

    [Fact]
    public void Progress_TellsTheStages()
    {
        // Given
        using SmallModel low = new();
        using SmallModel second = new(previousStage: true);
        using TemporaryFolder folder = new();
        WriteImage(folder, "a");
        List<PredictProgress> heard = [];
        Relay<PredictProgress> hears = new(p =>
        {
            lock (heard) heard.Add(p);
        });

        // When
        CascadePredictRun.Run(low.Folder, second.Folder, folder["in"], folder["out"], progress: hears);

        // Then: all of the first, then all of the second, each up to its end
        int next = heard.FindIndex(static p => !p.LowResolution);
        Assert.All(heard[next..], static p => Assert.False(p.LowResolution));
        Assert.Equal([1.0, 1.0], [heard[next - 1].RunShare, heard[^1].RunShare]);
        Assert.Equal(0, heard[next].RunShare);
    }

    [Fact]
    public void AMissingSecondStage_IsToldBeforeTheFirstOnePredicts()
    {
        using SmallModel low = new();
        using TemporaryFolder folder = new();
        WriteImage(folder, "a");

        Assert.ThrowsAny<DescribedException>(() => CascadePredictRun.Run(low.Folder, folder["none"], folder["in"], folder["out"]));

        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public void SegmentationsOfAFolder_ThatAreMissingOrDoNotFit_AreFaultsOfTheirCases()
    {
        // Given: the image's own segmentation for a, another size for b, another place for c, and none for d
        using SmallModel second = new(previousStage: true);
        using TemporaryFolder folder = new();
        foreach (string id in (string[])["a", "b", "c", "d"]) WriteImage(folder, id);
        Volume<short> moved = new(SmallModel.LowResolution().Voxels, SmallModel.LowResolution().Extent, SmallModel.Image().Geometry with { ItkOrigin = [30, -4, 5] });
        ImageFile.WriteLabels(folder["low/a.nii.gz"], SmallModel.LowResolution());
        ImageFile.WriteLabels(folder["low/b.nii.gz"], SmallModel.LowResolution(16));
        ImageFile.WriteLabels(folder["low/c.nii.gz"], moved);

        // When
        PredictReport report = PredictRun.Run(second.Folder, folder["in"], folder["out"], new PredictRunOptions { PreviousStageFolder = folder["low"] });

        // Then
        Assert.Equal(["a"], report.Predicted);
        Assert.Equal(["b", "c", "d"], report.Failures.Select(static f => f.CaseId));
        Assert.Contains("low/b.nii.gz: it has 16x22x19 voxels, not 17x22x19", report.Failures[0].Reason.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.Contains("compared with the image; give the low resolution's segmentation of this very image", report.Failures[1].Reason, StringComparison.Ordinal);
        Assert.Equal($"there is no low-resolution segmentation of d in {folder["low"]}", report.Failures[2].Reason);
    }

    [Fact]
    public void AFolderForTheWrongModel_AndNoneForTheRightOne_AreRefused()
    {
        // Given
        using SmallModel second = new(previousStage: true);
        using SmallModel single = new();
        using TemporaryFolder folder = new();
        WriteImage(folder, "a");

        // When
        DescribedException none = Assert.Throws<DescribedException>(() => PredictRun.Run(second.Folder, folder["in"], folder["out"]));
        DescribedException unwanted = Assert.Throws<DescribedException>(
            () => PredictRun.Run(single.Folder, folder["in"], folder["out"], new PredictRunOptions { PreviousStageFolder = folder["in"] }));
        DescribedException nowhere = Assert.Throws<DescribedException>(
            () => PredictRun.Run(second.Folder, folder["in"], folder["out"], new PredictRunOptions { PreviousStageFolder = folder["nowhere"] }));

        // Then
        Assert.Contains("name their folder (-l), or predict with -t TASK -m 3d_cascade_fullres", none.Message, StringComparison.Ordinal);
        Assert.Contains("this model is no second stage of a cascade", unwanted.Message, StringComparison.Ordinal);
        Assert.Contains("there is no such folder of low-resolution segmentations", nowhere.Message, StringComparison.Ordinal);
    }

    private static void WriteImage(TemporaryFolder folder, string caseId)
    {
        Directory.CreateDirectory(folder["in"]);
        ImageFile.WriteVolume(folder[$"in/{caseId}_0000.nii.gz"], SmallModel.Image());
    }
}
