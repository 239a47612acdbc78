namespace NnUNet.Benchmarks.Suite;

/// <summary>The table of the README: the rows that matter, each with the ratio to its baseline.</summary>
internal static class SummaryTable
{
    private static readonly Entry[] Entries =
    [
        new("training iteration, 3D, 9 patches, float32", "TrainingIterationBenchmarks", "3D, 9, Float32: Iteration", "its bare convolutions"),
        new("training iteration, 3D, 9 patches, mixed precision", "TrainingIterationBenchmarks", "3D, 9, BFloat16: Iteration", "its bare convolutions"),
        new("training iteration, 2D, 366 slices, float32", "TrainingIterationBenchmarks", "2D, 366, Float32: Iteration", "its bare convolutions"),
        new("training iteration, 2D, 366 slices, mixed precision", "TrainingIterationBenchmarks", "2D, 366, BFloat16: Iteration", "its bare convolutions"),
        new("augmentation of a batch of 9, one thread", "BatchBenchmarks", "3D, 9: MakeBatch", "reading its patches"),
        new("plan and preprocess 60 cases", "Commands", "all threads", "one thread", "plan and preprocess 60 cases"),
        new("preprocess one CT of 60x256x256", "PreprocessingCaseBenchmarks", "AllThreads", "one thread"),
        new("resample a CT of 180x512x512 to 256x400x400, cubic", "ResamplingBenchmarks", "Cubic", "general interpolation"),
        new("resample 14 maps of 128x256x256 to 180x400x400, with argmax", "ResamplingMapsBenchmarks", "BlockByBlock", "general interpolation"),
        new("`nnunet --help`", "Commands", "start-up: nnunet --help", "an empty .NET program"),
        new("start-up to first tile", "Commands", "start-up: nnUNet_predict to its first tile", "an empty .NET program"),
        new("predict one case, mirrored, whole command", "Commands", "one case with mirroring: mixed precision", "float32"),
        new("predict one case, not mirrored, whole command", "Commands", "one case without mirroring: mixed precision", "float32"),
        new("predict 20 cases, not mirrored, whole command", "Commands", "20 cases without mirroring: mixed precision", "float32"),
        new("export of 118 classes to 800x512x512", "LargeExport", "export to labels", "reading the probabilities once", "118 classes, 533x256x256 to 800x512x512"),
    ];

    /// <summary>The table as Markdown, with the machine below it.</summary>
    public static string Print(IReadOnlyDictionary<string, MeasuredTable> tables)
    {
        List<string> lines =
        [
            "| | median | ratio | to its baseline of the same run | peak memory | the original | times faster |",
            "|---|---:|---:|---|---:|---:|---:|",
        ];
        foreach (Entry entry in Entries)
        {
            if (!tables.TryGetValue(entry.Table, out MeasuredTable? table) || table.Rows.FirstOrDefault(entry.Is) is not { } row) continue;
            string ratio = TableText.RatioToBaseline(row, table) is { } r ? Figures.Ratio(r) : "";
            OriginalFigure? original = OriginalFigures.Find(table.Name, row.Id);
            string memory = (row.PeakBytes ?? row.PrivateBytes) is { } bytes ? Figures.Bytes(bytes) : "";
            string faster = original?.Seconds is { } seconds ? Figures.Times(seconds / row.Median) : "";
            lines.Add($"| {entry.Label} | {Figures.Time(row.Median)} | {ratio} | {entry.Baseline} | {memory} | {original?.Text} | {faster} |");
        }

        if (lines.Count == 2) return "Not measured yet.";
        MeasuredTable newest = tables.Values.MaxBy(static t => t.Machine.Date)!;
        lines.Add("");
        lines.Add($"{newest.Machine}; {TableText.When(newest.Machine)}. Medians of at least five runs. The original ran in float32 on two such cores.");
        return string.Join('\n', lines);
    }

    private sealed record Entry(string Label, string Table, string Row, string Baseline, string? CaseBegins = null)
    {
        /// <summary>By the whole name, or by the end of it where the case has a size or a source in its name.</summary>
        public bool Is(MeasuredRow row) => CaseBegins is null ? row.Id == Row : row.Name == Row && row.Case.StartsWith(CaseBegins, StringComparison.Ordinal);
    }
}
