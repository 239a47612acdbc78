namespace NnUNet.Torch.Benchmarks;

/// <summary>How far a benchmark of the machine is.</summary>
/// <param name="Text">What was just measured.</param>
/// <param name="Done">Things measured.</param>
/// <param name="Total">Things to measure.</param>
public readonly record struct MachineBenchmarkProgress(string Text, int Done, int Total);
