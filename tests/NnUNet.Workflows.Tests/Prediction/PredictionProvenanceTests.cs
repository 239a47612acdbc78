using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Tests;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Workflows.Tests.Prediction;

/// <summary>Calls on a folder that has results already: of the same files in the same way, or of others.</summary>
public sealed class PredictionProvenanceTests : LeakCheckedTest
{
    private static readonly PredictRunOptions First = new() { Predict = new PredictOptions { Folds = ["0"] } };

    [Fact]
    public void AnotherImageUnderTheSameName_IsPredictedAgain_AndTheFormerResultKept()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder, "in/a", 1);
        Write(folder, "in/b", 2);
        PredictRun.Run(model.Folder, folder["in"], folder["out"], First with { SaveProbabilities = true });
        File.WriteAllText(folder["out/summary.json"], "{}");
        byte[] former = File.ReadAllBytes(folder["out/a.nii.gz"]);
        Write(folder, "in/a", 3);

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], First);
        PredictRun.Run(model.Folder, folder["in"], folder["fresh"], First);

        // Then: nothing that tells of the former one is left beside the new one
        Assert.Equal(["a"], report.Predicted);
        Assert.Equal(["b"], report.Skipped);
        Assert.Equal([new CaseRemark("a", "was made of another image than a_0000.nii.gz is now")], report.Outdated);
        Assert.Equal(former, File.ReadAllBytes(folder["out/replaced/a.nii.gz"]));
        Assert.Equal(File.ReadAllBytes(folder["fresh/a.nii.gz"]), File.ReadAllBytes(folder["out/a.nii.gz"]));
        Assert.False(File.Exists(folder["out/a.npz"]));
        Assert.True(File.Exists(folder["out/b.npz"]));
        Assert.False(File.Exists(folder["out/summary.json"]));
    }

    [Fact]
    public void AnotherModel_OtherFolds_AndOtherOptions_PredictAgain_ButNotTheSameInAnotherPlace()
    {
        // Given
        using SmallModel model = new(folds: 2);
        using SmallModel other = new(channels: 1, folds: 2);
        using TemporaryFolder folder = new();
        Write(folder, "in/a", 1);
        Copy(model.Folder, folder["elsewhere"]);
        File.AppendAllText(Path.Combine(other.Folder, "plans.json"), " ");
        Assert.Empty(PredictRun.Run(model.Folder, folder["in"], folder["out"], First).Outdated);
        Copy(folder["in"], folder["copy"]);

        // When
        PredictReport moved = PredictRun.Run(folder["elsewhere"], folder["copy"], folder["out"], First);
        string[] reasons =
        [
            Reason(PredictRun.Run(model.Folder, folder["in"], folder["out"], First with { Predict = new PredictOptions { Folds = ["1"] } })),
            Reason(PredictRun.Run(model.Folder, folder["in"], folder["out"])),
            Reason(PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Predict = new PredictOptions { Mirror = false } })),
            Reason(PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Predict = new PredictOptions { Mirror = false, TileStep = 0.75 } })),
            Reason(PredictRun.Run(other.Folder, folder["in"], folder["out"], new PredictRunOptions { Predict = new PredictOptions { Mirror = false, TileStep = 0.75 } })),
        ];

        // Then: the folder is described by the model that made what lies there
        Assert.Equal(["a"], moved.Skipped);
        Assert.Equal(
            ["was made by another model or other folds", "was made by another model or other folds", "was made with mirroring yes", "was made with step_size 0.5", "was made by another model or other folds"],
            reasons);
        Assert.Equal(File.ReadAllBytes(Path.Combine(other.Folder, "plans.json")), File.ReadAllBytes(folder["out/plans.json"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-1)]
    public void AResultThatIsEmptyOrCutOff_IsPredictedAgain(int bytes)
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder, "in/a", 1);
        PredictRun.Run(model.Folder, folder["in"], folder["out"], First);
        byte[] whole = File.ReadAllBytes(folder["out/a.nii.gz"]);
        File.WriteAllBytes(folder["out/a.nii.gz"], bytes < 0 ? whole[..(whole.Length / 2)] : whole[..bytes]);

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], First);

        // Then
        Assert.Equal(["a"], report.Predicted);
        Assert.StartsWith("cannot be read (", Assert.Single(report.Outdated).Reason, StringComparison.Ordinal);
        Assert.Equal(whole, File.ReadAllBytes(folder["out/a.nii.gz"]));
    }

    [Fact]
    public void ResultsOfUnknownOrigin_AreLeftAndNamed_AndNoModelDescribesThem()
    {
        // Given: a segmentation of the original, one that somebody has corrected by hand, and an empty file
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder, "in/a", 1);
        Write(folder, "in/b", 2);
        Write(folder, "in/c", 3);
        PredictRun.Run(model.Folder, folder["in"], folder["out"], First);
        File.Delete(folder["out/provenance/a.json"]);
        Volume<short> corrected = ImageFile.ReadLabels(folder["out/b.nii.gz"]);
        corrected.Voxels[0] = (short)(2 - corrected.Voxels[0]);
        ImageFile.WriteLabels(folder["out/b.nii.gz"], corrected);
        File.WriteAllText(folder["out/c.nii.gz"], "");
        byte[][] before = [File.ReadAllBytes(folder["out/a.nii.gz"]), File.ReadAllBytes(folder["out/b.nii.gz"])];

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], First);
        byte[][] after = [File.ReadAllBytes(folder["out/a.nii.gz"]), File.ReadAllBytes(folder["out/b.nii.gz"])];
        bool described = File.Exists(folder["out/plans.json"]);
        PredictReport all = PredictRun.Run(model.Folder, folder["in"], folder["out"], First with { Overwrite = true });

        // Then
        Assert.Equal([new CaseRemark("a", "has no record of how it was made"), new CaseRemark("b", "was changed since it was made")], report.Unknown);
        Assert.Equal(["c"], report.Predicted);
        Assert.Empty(report.Skipped);
        Assert.Equal(before, after);
        Assert.False(described);
        Assert.False(report.Described);
        Assert.Equal(["a", "b", "c"], all.Predicted);
        Assert.True(all.Described);
        Assert.True(File.Exists(folder["out/plans.json"]));
    }

    [Fact]
    public void ADescriptionOfResultsOfUnknownOrigin_IsNotGivenToNewOnes()
    {
        // Given results of another program with the description of its model
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder, "in/a", 1);
        Write(folder, "in/b", 2);
        ImageFile.WriteLabels(folder["out/a.nii.gz"], SmallModel.LowResolution());
        File.WriteAllText(folder["out/plans.json"], "of another model");

        // When
        DescribedException refused = Assert.Throws<DescribedException>(() => PredictRun.Run(model.Folder, folder["in"], folder["out"], First));
        File.Delete(folder["in/b_0000.nii.gz"]);
        PredictReport nothing = PredictRun.Run(model.Folder, folder["in"], folder["out"], First);

        // Then
        Assert.Contains("it describes segmentations of unknown origin (1 in this folder, the first is a.nii.gz)", refused.What, StringComparison.Ordinal);
        Assert.Equal("a", Assert.Single(nothing.Unknown).CaseId);
        Assert.Equal("of another model", File.ReadAllText(folder["out/plans.json"]));
    }

    [Fact]
    public void ARunThatWasKilledBeforeOrAfterAResultWasWritten_EndsTheSame()
    {
        // Given: a is begun and written, b is begun and not written, c is not begun
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        foreach (string one in (string[])["a", "b", "c"]) Write(folder, "in/" + one, one[0]);
        PredictRun.Run(model.Folder, folder["in"], folder["whole"], First);
        PredictRun.Run(model.Folder, folder["in"], folder["out"], First);
        foreach (string one in (string[])["a", "b"])
        {
            ResultRecord record = ProductJson.Read<ResultRecord>(folder[$"out/provenance/{one}.json"]);
            ProductJson.Write(folder[$"out/provenance/{one}.json"], record with { Segmentation = null });
        }

        File.Delete(folder["out/b.nii.gz"]);
        File.Delete(folder["out/c.nii.gz"]);
        File.Delete(folder["out/plans.json"]);

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], First);
        PredictReport again = PredictRun.Run(model.Folder, folder["in"], folder["out"], First);

        // Then
        Assert.Equal(["a", "b", "c"], report.Predicted);
        Assert.Empty(report.Unknown);
        Assert.Equal(["a", "b", "c"], again.Skipped);
        Assert.Equal(Files(folder["whole"]), Files(folder["out"]));
        Assert.All(Files(folder["whole"]), f => Assert.Equal(File.ReadAllBytes(folder["whole/" + f]), File.ReadAllBytes(folder["out/" + f])));
    }

    [Fact]
    public void AnImageChangedWithItsSizeAndTimeKept_IsFoundByRecheckOnly()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        ImageFile.WriteVolume(folder["in/a_0000.nii"], SmallModel.Image(seed: 1));
        PredictRun.Run(model.Folder, folder["in"], folder["out"], First);
        DateTime time = File.GetLastWriteTimeUtc(folder["in/a_0000.nii"]);
        ImageFile.WriteVolume(folder["in/a_0000.nii"], SmallModel.Image(seed: 2));
        File.SetLastWriteTimeUtc(folder["in/a_0000.nii"], time);

        // When
        PredictReport unseen = PredictRun.Run(model.Folder, folder["in"], folder["out"], First);
        PredictReport seen = PredictRun.Run(model.Folder, folder["in"], folder["out"], First with { Recheck = true });

        // Then
        Assert.Equal(["a"], unseen.Skipped);
        Assert.Equal("was made of another image than a_0000.nii is now", Assert.Single(seen.Outdated).Reason);
        Assert.Equal(["a"], seen.Predicted);
    }

    [Fact]
    public void SeveralCallsOnPartsOfAFolder_EachTellOnlyOfTheirOwn()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        for (int i = 0; i < 4; i++) Write(folder, $"in/{i}", i);
        PredictRun.Run(model.Folder, folder["in"], folder["whole"], First);
        PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Predict = new PredictOptions { Mirror = false } });

        // When
        PredictReport[] reports = new PredictReport[2];
        Parallel.For(0, 2, part => reports[part] = PredictRun.Run(model.Folder, folder["in"], folder["out"], First with { Part = part, Parts = 2 }));

        // Then
        Assert.Equal(["0", "2"], reports[0].Predicted);
        Assert.Equal(["1", "3"], reports[1].Predicted);
        Assert.All(Files(folder["whole"]), f => Assert.Equal(File.ReadAllBytes(folder["whole/" + f]), File.ReadAllBytes(folder["out/" + f])));
        Assert.Equal(4, PredictRun.Run(model.Folder, folder["in"], folder["out"], First).Skipped.Count);
        Assert.Equal(4, Files(folder["out/provenance"]).Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"made_by\":null,\"version\":\"1\"}")]
    [InlineData("{\"made_by\":\"x\",\"version\":\"1\",\"segmentation\":[null]}")]
    [InlineData("{\"made_by\":\"x\",\"version\":\"1\",\"segmentation\":[{\"file\":null,\"bytes\":1,\"changed\":\"2020-01-01T00:00:00Z\",\"sha256\":null}]}")]
    public void ARecordThatSaysNothing_MakesTheOriginUnknown(string record)
    {
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder, "in/a", 1);
        PredictRun.Run(model.Folder, folder["in"], folder["out"], First);
        File.WriteAllText(folder["out/provenance/a.json"], record);

        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], First);

        Assert.Equal("has no record of how it was made", Assert.Single(report.Unknown).Reason);
    }

    private static string Reason(PredictReport report) => Assert.Single(report.Outdated).Reason;

    private static void Write(TemporaryFolder folder, string path, int seed) => ImageFile.WriteVolume(folder[path + "_0000.nii.gz"], SmallModel.Image(seed: seed));

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string path = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, File.ReadAllBytes(file));
        }
    }

    private static string[] Files(string folder) => [.. Directory.EnumerateFiles(folder).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
}
