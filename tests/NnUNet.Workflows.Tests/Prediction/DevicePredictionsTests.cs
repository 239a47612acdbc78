using System.Collections.Concurrent;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Workflows.Tests.Prediction;

/// <summary>Predictions shared out to two places on the processor; what the program does in processes of its own happens here on threads.</summary>
public sealed class DevicePredictionsTests : LeakCheckedTest
{
    private static readonly string[] Names = ["a", "b", "c", "d", "e"];

    private static readonly DescribedException Death = new("predicting on cpu", "its process was killed by signal 9", "repeat the command");

    private readonly ConcurrentQueue<string> _asked = new();

    [Fact]
    public void OnTwoDevices_SegmentationsAndReportAreThoseOfOne()
    {
        // Given a model with postprocessing, five images and one that cannot be read
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder);
        File.WriteAllText(folder["in/bad_0000.nii.gz"], "this is no image");
        new Core.Postprocessing.PostprocessingDecision { ForWhichClasses = [Core.Postprocessing.ComponentRegion.Of(1)] }.Write(Path.Combine(model.Folder, "postprocessing.json"));
        List<PredictProgress> heard = [];

        // When
        PredictReport one = PredictRun.Run(model.Folder, folder["in"], folder["one"], new PredictRunOptions { SaveProbabilities = true });
        PredictReport two = PredictRun.Run(model.Folder, folder["in"], folder["two"], new PredictRunOptions { SaveProbabilities = true, Devices = Two() }, new Relay<PredictProgress>(heard.Add));

        // Then
        Assert.Equal(Contents(folder["one"]), Contents(folder["two"]));
        Assert.Equal(one with { Times = null, Postprocessing = null }, two with { Times = null, Postprocessing = null });
        Assert.Equal(one.Postprocessing!.ForWhichClasses, two.Postprocessing!.ForWhichClasses);
        Assert.NotNull(two.Times);
        Assert.Equal(2, _asked.Count);
        Assert.Equal((6, 6, 1.0), (heard[^1].Done, heard[^1].Total, heard[^1].RunShare));
        Assert.Equal(heard.Select(static p => p.Done).Order(), heard.Select(static p => p.Done));
        Assert.Equal(Names, PredictRun.Run(model.Folder, folder["in"], folder["two"], new PredictRunOptions { SaveProbabilities = true }).Skipped);
    }

    [Fact]
    public void WithEarlierResults_OnlyWhatIsMissingIsSharedOut()
    {
        // Given b predicted before, c of another image, and d of unknown origin
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder);
        PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Part = 1, Parts = 5 });
        PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Part = 2, Parts = 5 });
        ImageFile.WriteVolume(folder["in/c_0000.nii.gz"], SmallModel.Image(seed: 7777));
        ImageFile.WriteLabels(folder["out/d.nii.gz"], SmallModel.LowResolution());

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Devices = Two() });

        // Then
        Assert.Equal(["a", "c", "e"], report.Predicted);
        Assert.Equal(["b"], report.Skipped);
        Assert.Equal(["d"], report.Unknown.Select(static r => r.CaseId));
        Assert.Equal(["c"], report.Outdated.Select(static r => r.CaseId));
        Assert.Equal(["a e", "c"], _asked.Order(StringComparer.Ordinal));
        Assert.True(File.Exists(folder["out/replaced/c.nii.gz"]));
    }

    [Fact]
    public void PartsOfACall_AreSharedOutAgain()
    {
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder);

        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Part = 0, Parts = 2, Devices = Two() });

        Assert.Equal(["a", "c", "e"], report.Predicted);
        Assert.Equal(["a e", "c"], _asked.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void APartThatDies_FailsWhatItHasLeft_AndARepeatedCallDoesIt(bool overwrite)
    {
        // Given results of all cases where they are to be overwritten, and a part that dies after its first case
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder);
        if (overwrite) PredictRun.Run(model.Folder, folder["in"], folder["out"]);
        PredictRunOptions options = new() { Overwrite = overwrite, Devices = Two((request, progress, cancel) => request.Cases[0] == "a" ? Dies(request, progress, cancel) : PredictPart.Run(request, progress, cancel)) };

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], options);
        PredictReport again = PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Overwrite = overwrite, Devices = Two() });

        // Then
        Assert.Equal(["a", "b", "d"], report.Predicted);
        Assert.Equal(["c", "e"], report.Failures.Select(static f => f.CaseId));
        Assert.All(report.Failures, static f => Assert.Equal($"on cpu: {Death.Message}", f.Reason));
        Assert.Equal(overwrite ? Names : ["c", "e"], again.Predicted);
        Assert.Empty(again.Failures);
    }

    [Fact]
    public void WhereEveryPartDiesAtOnce_ItsErrorIsTheRuns()
    {
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder);

        DescribedException error = Assert.Throws<DescribedException>(() => PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Devices = Two(static (_, _, _) => throw Death) }));

        Assert.Equal(Death.Message, error.Message);
    }

    [Fact]
    public void Cancelled_AllPartsStop()
    {
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder);
        using CancellationTokenSource cancel = new();
        using Barrier meeting = new(2);
        DevicePredictions both = Two((_, _, token) =>
        {
            Assert.True(meeting.SignalAndWait(TimeSpan.FromMinutes(2), CancellationToken.None));
            cancel.Cancel();
            token.ThrowIfCancellationRequested();
            return new PartReport();
        });

        Assert.ThrowsAny<OperationCanceledException>(() => PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { Devices = both }, cancel: cancel.Token));
    }

    [Fact]
    public void BothStagesOfACascade_AreSharedOut()
    {
        // Given
        using SmallModel low = new();
        using SmallModel second = new(previousStage: true);
        using TemporaryFolder folder = new();
        Write(folder);

        // When
        PredictReport one = CascadePredictRun.Run(low.Folder, second.Folder, folder["in"], folder["one"]);
        PredictReport two = CascadePredictRun.Run(low.Folder, second.Folder, folder["in"], folder["two"], new PredictRunOptions { Devices = Two() });

        // Then
        Assert.Equal(Contents(folder["one"]), Contents(folder["two"]));
        Assert.Equal(one.Predicted, two.Predicted);
        Assert.Equal(["a c e", "a c e", "b d", "b d"], _asked.Order(StringComparer.Ordinal));
        Assert.Equal(Names, CascadePredictRun.Run(low.Folder, second.Folder, folder["in"], folder["two"]).Skipped);
    }

    /// <summary>All files but the records, which name times, with their contents.</summary>
    private static string[] Contents(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(static f => !f.Contains($"{Path.DirectorySeparatorChar}provenance{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(f => $"{Path.GetRelativePath(folder, f)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}")
            .Order(StringComparer.Ordinal),
    ];

    private static void Write(TemporaryFolder folder)
    {
        for (int i = 0; i < Names.Length; i++) ImageFile.WriteVolume(folder[$"in/{Names[i]}_0000.nii.gz"], SmallModel.Image(seed: 31 * i));
    }

    private static PartReport Dies(PartRequest request, IProgress<PredictProgress>? progress, CancellationToken cancel)
    {
        PredictPart.Run(request with { Cases = [request.Cases[0]] }, progress, cancel);
        throw Death;
    }

    private DevicePredictions Two(PartPrediction? predict = null) => new(
        [TorchDevice.Cpu, TorchDevice.Cpu],
        (request, progress, cancel) =>
        {
            _asked.Enqueue(string.Join(' ', request.Cases));
            return (predict ?? PredictPart.Run)(request, progress, cancel);
        });
}
