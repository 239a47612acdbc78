using NnUNet.Testing;
using NnUNet.Torch.Benchmarks;

namespace NnUNet.Torch.Tests.Benchmarks;

public sealed class MachineBenchmarkTests : LeakCheckedTest
{
    [Fact]
    public void Run_Tiny_MeasuresEverythingOfTheReferenceAndLeavesNothingBehind()
    {
        // Given
        using TemporaryFolder folder = new();
        List<MachineBenchmarkProgress> progress = [];
        string[] expected =
        [
            .. new[] { 3, 2 }.SelectMany(static d => new[] { FigureKeys.IterationFloat32(d), FigureKeys.Convolutions(d), FigureKeys.Norms(d), FigureKeys.Batch(d), FigureKeys.Tile(d) }),
            FigureKeys.Preprocessing, FigureKeys.Resampling, FigureKeys.Export, FigureKeys.Memory, FigureKeys.DiskWrite, FigureKeys.DiskRead,
        ];

        // When
        MachineFigures figures = MachineBenchmark.Run(new MachineBenchmarkOptions { Folder = folder.Root, Tiny = true }, new Collector<MachineBenchmarkProgress>(progress));

        // Then
        Assert.Equal(expected, figures.Figures.Select(static f => f.Key).Where(static key => !key.EndsWith("mixed", StringComparison.Ordinal)));
        Assert.All(figures.Figures, static f => Assert.True(f.Value > 0 && f.Runs >= 1, f.Key));
        Assert.Equal((progress.Count, progress[^1].Done), (1 + progress[^1].Total, progress[^1].Total)); // the beginning, and each step
        Assert.Empty(Directory.GetFiles(folder.Root));
        Assert.NotEmpty(MachineAssessment.Sentences(figures, MachineFigures.Reference()));
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource cancel = new();
        cancel.Cancel();

        Assert.Throws<OperationCanceledException>(() => MachineBenchmark.Run(new MachineBenchmarkOptions { Folder = folder.Root, Tiny = true }, null, cancel.Token));
    }

    [Fact]
    public void Reference_HasAFigureOfEveryKindAndSaysWhereItIsFrom()
    {
        MachineFigures reference = MachineFigures.Reference();

        Assert.True(reference.Find(FigureKeys.IterationFloat32(3)) > 0);
        Assert.True(reference.Figures.Single(static f => f.Key == FigureKeys.DiskRead).IsRate);
        Assert.NotEmpty(reference.Machine.Processor);
        Assert.Equal("cpu", reference.Device);
    }

    private sealed class Collector<T>(List<T> into) : IProgress<T>
    {
        public void Report(T value) => into.Add(value);
    }
}
