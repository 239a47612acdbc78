using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Benchmarks;

/// <summary>How <see cref="MachineBenchmark"/> measures.</summary>
public sealed record MachineBenchmarkOptions
{
    /// <summary>The device of network, convolutions and norms; all else is measured on the processor.</summary>
    /// <value>The processor.</value>
    public TorchDevice Device { get; init; } = TorchDevice.Cpu;

    /// <summary>A folder on the disk that is to be measured; it gets a temporary file.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether each measurement gets a third of the time, with at least three runs instead of five.</summary>
    /// <value>False.</value>
    public bool Quick { get; init; }

    /// <summary>Whether everything is so small that the figures mean nothing: for tests that the benchmark runs.</summary>
    internal bool Tiny { get; init; }

    /// <summary>Minimum number of runs of a measurement.</summary>
    internal int MinimumRuns => Tiny ? 1 : Quick ? 3 : 5;

    /// <summary>How long a measurement is repeated, where that gives more runs than the minimum.</summary>
    internal TimeSpan Budget => Tiny ? TimeSpan.Zero : Quick ? TimeSpan.FromSeconds(0.4) : TimeSpan.FromSeconds(1.5);
}
