using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Tests;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Workflows.Tests.Prediction;

public sealed class PredictRunTests : LeakCheckedTest
{
    [Fact]
    public void Run_OneBadCase_IsReportedAndStopsNoOther()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder, "a_0000", "c_0000", "d_0000", "d_0001", "notes");
        File.WriteAllText(folder["in/b_0000.nii.gz"], "this is no image");

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"]);

        // Then
        Assert.Equal(["a", "c"], report.Predicted);
        Assert.Equal(["b", "d"], report.Failures.Select(static f => f.CaseId));
        Assert.Equal(PredictStage.Preprocessing, report.Failures[0].Stage);
        Assert.Contains("b_0000.nii.gz", report.Failures[0].Reason, StringComparison.Ordinal);
        Assert.Equal("the model needs 1 channel: d_0001.nii.gz too many", report.Failures[1].Reason);
        Assert.Equal(["notes.nii.gz"], report.Ignored);
        Assert.Equal(["0"], report.Folds);
        Assert.Equal(["a.nii.gz", "c.nii.gz", "plans.json"], Files(folder["out"]));
    }

    [Fact]
    public void Run_Again_PredictsOnlyWhatIsMissing()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder, "a_0000", "b_0000");
        PredictRun.Run(model.Folder, folder["in"], folder["out"]);
        File.Delete(folder["out/b.nii.gz"]);
        DateTime written = File.GetLastWriteTimeUtc(folder["out/a.nii.gz"]);

        // When
        PredictReport again = PredictRun.Run(model.Folder, folder["in"], folder["out"]);
        DateTime kept = File.GetLastWriteTimeUtc(folder["out/a.nii.gz"]);
        PredictReport nothing = PredictRun.Run(model.Folder, folder["in"], folder["out"]);
        PredictReport probabilities = PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { SaveProbabilities = true, Part = 1, Parts = 2 });
        PredictReport all = PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Overwrite = true });

        // Then
        Assert.Equal(["b"], again.Predicted);
        Assert.Equal(["a"], again.Skipped);
        Assert.Equal(written, kept);
        Assert.Empty(nothing.Predicted);
        Assert.Empty(nothing.Folds);
        Assert.Null(nothing.Times);
        Assert.InRange(again.Times!.BusyShare, 0, 1);
        Assert.Equal(["b"], probabilities.Predicted);
        Assert.Equal(["a", "b"], all.Predicted);
        Assert.Equal(["a.nii.gz", "b.json", "b.nii.gz", "b.npz", "b.pkl", "plans.json"], Files(folder["out"]));
    }

    [Fact]
    public void Run_ModelWithPostprocessing_RemovesWhatItSaysButNotFromTheProbabilities()
    {
        // Given: a network that predicts many parts
        using SmallModel model = new(folds: 2);
        using TemporaryFolder folder = new();
        Write(folder, "a_0000");
        PredictRunOptions options = new() { SaveProbabilities = true, Predict = new PredictOptions { Folds = ["1"] } };
        PredictReport without = PredictRun.Run(model.Folder, folder["in"], folder["raw"], options);
        PostprocessingDecision decision = new() { ForWhichClasses = [ComponentRegion.Joint([1, 2]), ComponentRegion.Of(1), ComponentRegion.Of(2)] };
        decision.Write(Path.Combine(model.Folder, "postprocessing.json"));

        // When
        PredictReport with = PredictRun.Run(model.Folder, folder["in"], folder["out"], options);

        // Then
        Volume<short> expected = ImageFile.ReadLabels(folder["raw/a.nii.gz"]);
        short[] raw = [.. expected.Voxels];
        decision.Apply(expected);
        Assert.NotEqual(raw, expected.Voxels);
        Assert.Equal(expected.Voxels, ImageFile.ReadLabels(folder["out/a.nii.gz"]).Voxels);
        Assert.Equal(File.ReadAllBytes(folder["raw/a.npz"]), File.ReadAllBytes(folder["out/a.npz"]));
        Assert.Null(without.Postprocessing);
        Assert.Equal(decision.ForWhichClasses, with.Postprocessing?.ForWhichClasses);
        Assert.Equal(File.ReadAllText(Path.Combine(model.Folder, "postprocessing.json")), File.ReadAllText(folder["out/postprocessing.json"]));
    }

    [Fact]
    public void Run_SeveralThreads_PredictsTheSame()
    {
        // Given
        using SmallModel model = new(folds: 2, channels: 2);
        using TemporaryFolder folder = new();
        Write(folder, "a_0000", "a_0001", "b_0000", "b_0001", "c_0000", "c_0001", "d_0000", "d_0001", "e_0000", "e_0001");

        // When
        PredictRun.Run(model.Folder, folder["in"], folder["one"]);
        PredictReport many = PredictRun.Run(model.Folder, folder["in"], folder["many"], new PredictRunOptions { PreprocessingThreads = 3, ExportThreads = 3 });

        // Then
        Assert.Equal(["a", "b", "c", "d", "e"], many.Predicted);
        Assert.Equal(Files(folder["one"]), Files(folder["many"]));
        Assert.All(Files(folder["one"]), f => Assert.Equal(File.ReadAllBytes(folder["one/" + f]), File.ReadAllBytes(folder["many/" + f])));
    }

    [Fact]
    public void Run_Progress_TellsEachStageOfEachCase()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder, "a_0000", "b_0000");
        List<PredictProgress> heard = [];

        // When
        PredictRun.Run(model.Folder, folder["in"], folder["out"], progress: new Hears(heard.Add));

        // Then
        Assert.Equal(2, heard.Max(static p => p.Done));
        Assert.All(heard, static p => Assert.Equal(2, p.Total));
        Assert.Contains(heard, static p => p is { CaseId: "a", Stage: PredictStage.Preprocessing, Share: 0 });
        Assert.Contains(heard, static p => p is { CaseId: "b", Stage: PredictStage.Network, Share: 1 });
        Assert.Contains(heard, static p => p is { CaseId: "b", Stage: PredictStage.Export, Share: 1 });
    }

    [Fact]
    public void Run_Progress_TellsTilesInOrder_AndTheShareOfTheRunUpToAll()
    {
        // Given two images, and one that cannot be read
        using SmallModel model = new(folds: 2);
        using TemporaryFolder folder = new();
        Write(folder, "a_0000", "b_0000");
        File.WriteAllText(folder["in/c_0000.nii.gz"], "this is no image");
        List<PredictProgress> heard = [];

        // When
        PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { PreprocessingThreads = 2 }, new Hears(heard.Add));

        // Then
        foreach (string caseId in (string[])["a", "b"])
        {
            PredictProgress[] network = [.. heard.Where(p => p.CaseId == caseId && p.Tiles.Total > 0)];
            Assert.True(network.Length > network[0].Tiles.Total, "each pass of a tile is told");
            Assert.Equal(network.Select(static p => p.Share).Order(), network.Select(static p => p.Share));
            Assert.Equal(network.Select(static p => p.Tiles.Done).Order(), network.Select(static p => p.Tiles.Done));
            Assert.Equal((network[^1].Tiles.Total, 1.0), (network[^1].Tiles.Done, network[^1].Share));
            Assert.Contains(heard, p => p.CaseId == caseId && p is { Stage: PredictStage.Export, Share: > 0 and < 1 });
        }

        Assert.Equal(0, heard[0].RunShare);
        Assert.All(heard, static p => Assert.InRange(p.RunShare, 0, 1));
        Assert.Equal(1, heard.MaxBy(static p => p.Done).RunShare);
        Assert.All(heard.Where(static p => p.Done < 3 && p.Stage != PredictStage.Export), static p => Assert.True(p.RunShare < 1, $"{p}"));
    }

    [Fact]
    public void Run_Cancelled_LeavesNothingHalfWritten()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder, "a_0000", "b_0000", "c_0000", "d_0000");
        using CancellationTokenSource source = new();
        Hears cancelAtTheSecond = new(p => CancelWhen(p is { CaseId: "b", Stage: PredictStage.Network }, source));

        // When
        Assert.ThrowsAny<OperationCanceledException>(() => PredictRun.Run(model.Folder, folder["in"], folder["out"], progress: cancelAtTheSecond, cancel: source.Token));
        PredictReport rest = PredictRun.Run(model.Folder, folder["in"], folder["out"]);

        // Then
        Assert.Equal(4, rest.Predicted.Count + rest.Skipped.Count);
        Assert.Equal(["a.nii.gz", "b.nii.gz", "c.nii.gz", "d.nii.gz", "plans.json"], Files(folder["out"]));
    }

    [Fact]
    public void Run_ImageOfTwoAxes_ComesBackAsImageOfTwoAxes()
    {
        // Given
        using SmallModel model = new(slices: true);
        using TemporaryFolder folder = new();
        ImageFile.WriteVolume(folder["in/flat_0000.nii.gz"], SmallModel.Image(1, dimensions: 2));

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"]);

        // Then
        Assert.Empty(report.Failures);
        Assert.Equal(2, ImageFile.ReadHeader(folder["out/flat.nii.gz"]).Geometry.Dimensions);
    }

    [Fact]
    public void Run_WrongFolders_AreRefusedAtOnce()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder, "a_0000");
        Directory.CreateDirectory(folder["empty"]);
        Directory.CreateDirectory(folder["unnamed"]);
        File.Copy(folder["in/a_0000.nii.gz"], folder["unnamed/patient.nii.gz"]);
        File.WriteAllText(folder["file"], "");

        // When
        DescribedException missing = Assert.ThrowsAny<DescribedException>(() => PredictRun.Run(model.Folder, folder["nowhere"], folder["out"]));
        DescribedException empty = Assert.ThrowsAny<DescribedException>(() => PredictRun.Run(model.Folder, folder["empty"], folder["out"]));
        DescribedException unnamed = Assert.ThrowsAny<DescribedException>(() => PredictRun.Run(model.Folder, folder["unnamed"], folder["out"]));
        DescribedException unwritable = Assert.ThrowsAny<DescribedException>(() => PredictRun.Run(model.Folder, folder["in"], folder["file"]));
        DescribedException fold = Assert.ThrowsAny<DescribedException>(() => PredictRun.Run(
            model.Folder, folder["in"], folder["out"], new PredictRunOptions { Predict = new PredictOptions { Folds = ["3"] } }));

        // Then
        Assert.Contains("no such input folder", missing.What, StringComparison.Ordinal);
        Assert.Contains("no image in this folder", empty.What, StringComparison.Ordinal);
        Assert.Contains("no image's name ends with a channel's number (patient.nii.gz)", unnamed.What, StringComparison.Ordinal);
        Assert.Contains("cannot be written", unwritable.What, StringComparison.Ordinal);
        Assert.Contains("there is no fold 3", fold.What, StringComparison.Ordinal);
    }

    private static void Write(TemporaryFolder folder, params string[] names)
    {
        for (int i = 0; i < names.Length; i++) ImageFile.WriteVolume(folder[$"in/{names[i]}.nii.gz"], SmallModel.Image(seed: 31 * i));
    }

    private static string[] Files(string folder) => [.. Directory.EnumerateFiles(folder).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private static void CancelWhen(bool condition, CancellationTokenSource source)
    {
        if (condition) source.Cancel();
    }

    private sealed class Hears(Action<PredictProgress> action) : IProgress<PredictProgress>
    {
        private readonly Lock _gate = new();

        public void Report(PredictProgress value)
        {
            lock (_gate) action(value);
        }
    }
}
