using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NnUNet.Foundation;
using NnUNet.Hosting;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Torch.Training;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Workflows.Tests.Hosting;

/// <remarks>Not leak-checked by thread: what is awaited goes on on another one.</remarks>
public sealed class NnUNetServicesTests
{
    public NnUNetServicesTests() => TorchRuntime.Initialize();

    [Fact]
    public async Task Model_IsASegmenter_LoadedOnceAndFreedWithTheContainer()
    {
        // Given
        using SmallModel model = new();
        ServiceCollection services = new();
        services.AddNnUNet(model.Folder, new PredictOptions { Mirror = false });
        ServiceProvider provider = services.BuildServiceProvider();

        // When
        Segmenter segmenter = provider.GetRequiredService<Segmenter>();
        SegmentationResult result = await segmenter.PredictAsync(SmallModel.Image());
        Segmenter again = provider.GetRequiredService<Segmenter>();
        await provider.DisposeAsync();

        // Then
        Assert.Same(segmenter, again);
        Assert.Equal(SmallModel.Image().Extent, result.Segmentation.Extent);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => segmenter.PredictAsync(SmallModel.Image()));
    }

    [Fact]
    public async Task SeveralModels_AreAskedForByTheirKeys()
    {
        using SmallModel first = new(), second = new(folds: 2);
        ServiceCollection services = new();
        services.AddKeyedNnUNet("one", first.Folder).AddKeyedNnUNet("two", second.Folder);
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Equal(["0"], provider.GetRequiredKeyedService<Segmenter>("one").Folds);
        Assert.Equal(["0", "1"], provider.GetRequiredKeyedService<Segmenter>("two").Folds);
        Assert.NotNull(provider.GetRequiredKeyedService<FolderPredictor>("two"));
    }

    [Fact]
    public async Task FolderPredictor_LogsWhatIsOddAndWhatFailed()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        ImageFile.WriteVolume(folder["in/a_0000.nii.gz"], SmallModel.Image());
        ImageFile.WriteVolume(folder["in/notes.nii.gz"], SmallModel.Image());
        File.WriteAllText(folder["in/b_0000.nii.gz"], "this is no image");
        using Lines lines = new();
        ServiceCollection services = new();
        services.AddLogging(logging => logging.AddProvider(lines)).AddNnUNet(model.Folder, new PredictOptions { Mirror = false });
        await using ServiceProvider provider = services.BuildServiceProvider();
        FolderPredictor predictor = provider.GetRequiredService<FolderPredictor>();

        // When
        PredictReport report = await predictor.PredictAsync(folder["in"], folder["out"]);
        await Assert.ThrowsAnyAsync<DescribedException>(() => predictor.PredictAsync(folder["nowhere"], folder["out"]));

        // Then
        Assert.Equal(["a"], report.Predicted);
        Assert.Contains(lines.All, static l => l.StartsWith("Warning NnUNet.Hosting.FolderPredictor: These images belong to no case", StringComparison.Ordinal) && l.EndsWith("notes.nii.gz", StringComparison.Ordinal));
        Assert.Contains(lines.All, static l => l.StartsWith("Error NnUNet.Hosting.FolderPredictor: b (Preprocessing): ", StringComparison.Ordinal) && l.Contains("b_0000.nii.gz", StringComparison.Ordinal));
        Assert.Contains($"Information NnUNet.Hosting.FolderPredictor: 1 predicted, 0 were there already, 1 failed: {folder["out"]}", lines.All);
        Assert.Contains(lines.All, l => l.StartsWith($"Error NnUNet.Hosting.FolderPredictor: {folder["nowhere"]}", StringComparison.Ordinal));
    }

    [Fact]
    public void WrongOptions_AreRefusedWhenTheModelIsAdded() =>
        Assert.Throws<DescribedException>(() => new ServiceCollection().AddNnUNet("model", new PredictOptions { TileStep = 2 }));

    [Fact]
    public void TrainingLog_TellsNoticesAsWarnings()
    {
        using Lines lines = new();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(lines));
        TrainingLog log = new(factory.CreateLogger<TrainingLog>());

        log.Report(new TrainingProgress(TrainingPhase.Notice, 0, 1, 0, 0, double.NaN, null, "the disk is slow"));
        log.Report(new TrainingProgress(TrainingPhase.EpochDone, 0, 1, 0, 0, 0.5, null, "epoch 0: loss 0.5"));
        log.Report(new TrainingProgress(TrainingPhase.Training, 0, 1, 3, 9, 0.5, null, ""));

        Assert.Equal(["Warning NnUNet.Hosting.TrainingLog: the disk is slow", "Information NnUNet.Hosting.TrainingLog: epoch 0: loss 0.5"], lines.All);
    }

    private sealed class Lines : ILoggerProvider
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Line(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Line(Lines lines, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.All.Enqueue($"{logLevel} {category}: {formatter(state, exception)}");
        }
    }
}
