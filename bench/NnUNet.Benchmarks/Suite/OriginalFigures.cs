namespace NnUNet.Benchmarks.Suite;

/// <summary>What the Python original took on two cores like the reference machine's, in float32: measured once, apart from our runs.</summary>
internal static class OriginalFigures
{
    private const string TrainingMemory = ", 2.8 to 3.2 GB";

    private static readonly Dictionary<(string Table, string Row), OriginalFigure> Known = new()
    {
        [("TrainingIterationBenchmarks", "3D, 2, Float32: Iteration")] = new(1.55, "1.55 s"),
        [("TrainingIterationBenchmarks", "3D, 2, BFloat16: Iteration")] = new(1.55, "1.55 s"),
        [("TrainingIterationBenchmarks", "3D, 9, Float32: Iteration")] = new(8.8, "8.8 s" + TrainingMemory),
        [("TrainingIterationBenchmarks", "3D, 9, BFloat16: Iteration")] = new(8.8, "8.8 s" + TrainingMemory),
        [("TrainingIterationBenchmarks", "2D, 366, Float32: Iteration")] = new(8.3, "8.3 s" + TrainingMemory),
        [("TrainingIterationBenchmarks", "2D, 366, BFloat16: Iteration")] = new(8.3, "8.3 s" + TrainingMemory),
        [("BatchBenchmarks", "3D, 9: MakeBatch")] = new(0.45, "0.45 s"),
        [("ResamplingBenchmarks", "Cubic")] = new(12.1, "12.1 s, 2.0 GB"),
        [("ResamplingMapsBenchmarks", "BlockByBlock")] = new(27.9, "27.9 s, 9.3 GB"),
        [("ExportBenchmarks", "Export")] = new(27.9, "27.9 s, 9.3 GB"),
    };

    /// <summary>The original's figure of a row, where there is one.</summary>
    public static OriginalFigure? Find(string table, string row) => Known.TryGetValue((table, row), out OriginalFigure? exact) ? exact : (table, row) switch
    {
        ("Commands", "one case with mirroring: mixed precision") => new(4.5, "4.5 s"),
        ("Commands", "one case without mirroring: mixed precision") => new(3.1, "about 3.1 s"),
        ("Commands", _) when row.StartsWith("plan and preprocess", StringComparison.Ordinal) && row.EndsWith("all threads", StringComparison.Ordinal) => new(7.3, "7.3 s"),
        ("LargeExport", _) when row.EndsWith("export to labels", StringComparison.Ordinal) => new(null, "about 200 GB"),
        _ => null,
    };
}

/// <summary>A figure of the original.</summary>
/// <param name="Seconds">Its time; null where only the memory is known.</param>
/// <param name="Text">Time and memory, for people.</param>
internal sealed record OriginalFigure(double? Seconds, string Text);
