using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Benchmarks;

/// <summary>How <see cref="MachineBenchmark"/> measures.</summary>
public sealed record MachineBenchmarkOptions
{
    /// <summary>The device of network, convolutions and norms; all else is the processor's.</summary>
    /// <value>The processor.</value>
    public TorchDevice Device { get; init; } = TorchDevice.Cpu;

    /// <summary>A folder on the disk that is to be measured; it gets a temporary file.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether a third of the time must do, with three runs of a thing at least instead of five.</summary>
    /// <value>False.</value>
    public bool Quick { get; init; }

    /// <summary>Whether everything is so small that the figures mean nothing: for tests of the course alone.</summary>
    internal bool Tiny { get; init; }

    /// <summary>Runs of a thing at least.</summary>
    internal int LeastRuns => Tiny ? 1 : Quick ? 3 : 5;

    /// <summary>As long as this a thing is repeated, where that gives more than the least runs.</summary>
    internal TimeSpan Budget => Tiny ? TimeSpan.Zero : Quick ? TimeSpan.FromSeconds(0.4) : TimeSpan.FromSeconds(1.5);
}

/// <summary>How far a benchmark of the machine is.</summary>
/// <param name="Text">What was just measured.</param>
/// <param name="Done">Things measured.</param>
/// <param name="Total">Things to measure.</param>
public readonly record struct MachineBenchmarkProgress(string Text, int Done, int Total);
