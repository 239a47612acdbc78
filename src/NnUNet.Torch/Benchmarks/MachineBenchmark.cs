using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Benchmarks;

/// <summary>Measures a machine: training of a small network and its parts, making batches, preprocessing, export, disk and memory.</summary>
/// <remarks>Command: <c>nnunet benchmark</c>. The whole takes about a minute on two cores, a quick one a third of that.</remarks>
public static class MachineBenchmark
{
    /// <summary>Measures.</summary>
    /// <param name="options">How.</param>
    /// <param name="progress">Receives a report at the beginning and after each measurement.</param>
    /// <param name="cancel">Stops between two runs; nothing is left behind.</param>
    /// <exception cref="DescribedException">libtorch does not load, or there is no such device.</exception>
    public static MachineFigures Run(MachineBenchmarkOptions options, IProgress<MachineBenchmarkProgress>? progress = null, CancellationToken cancel = default)
    {
        MachineFacts machine = MachineFacts.Now();
        ComputePrecision fastest = ComputePrecisions.FastestOn(options.Device);
        Repetitions repetitions = new(options, cancel);
        DataMeasurements data = new(options, repetitions);
        List<Func<IEnumerable<MachineFigure>>> steps = [];
        foreach (int dimensions in (ReadOnlySpan<int>)[3, 2])
        {
            TrainingMeasurements training = new(options, repetitions, dimensions);
            steps.Add(() => [training.Iteration(ComputePrecision.Float32)]);
            if (fastest != ComputePrecision.Float32) steps.Add(() => [training.Iteration(fastest)]);
            steps.Add(() => [training.Convolutions(fastest)]);
            steps.Add(() => [training.Norms(fastest)]);
            steps.Add(() => [training.MakeBatch()]);
            steps.Add(() => [training.Tile(fastest)]);
        }

        steps.AddRange([() => [data.Preprocessing()], () => [data.Resampling()], () => [data.Export()], () => [data.MemoryCopy()]]);
        steps.Add(new DiskMeasurements(options, repetitions).Measure);

        using WorkerLease lease = WorkerLease.Take(options.Device, 0);
        List<MachineFigure> figures = [];
        progress?.Report(new MachineBenchmarkProgress("", 0, steps.Count));
        foreach ((int i, Func<IEnumerable<MachineFigure>> step) in steps.Index())
        {
            cancel.ThrowIfCancellationRequested();
            figures.AddRange(lease.Worker.Run(step));
            progress?.Report(new MachineBenchmarkProgress(figures[^1].Text, i + 1, steps.Count));
        }

        return new MachineFigures
        {
            Machine = machine,
            Device = options.Device.ToString(),
            Precision = fastest,
            Threads = TorchRuntime.Threads,
            Figures = [.. figures],
        };
    }
}
