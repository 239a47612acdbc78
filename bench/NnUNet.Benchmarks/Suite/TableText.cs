using System.Globalization;
using NnUNet.Torch.Benchmarks;

namespace NnUNet.Benchmarks.Suite;

/// <summary>A measured table as Markdown; columns without content are left out.</summary>
internal static class TableText
{
    private static readonly Column[] Columns =
    [
        new("case", false, static (row, _) => row.Case),
        new("", false, static (row, _) => row.Name),
        new("median", true, static (row, _) => Figures.Time(row.Median)),
        new("runs", true, static (row, _) => row.Seconds.Count.ToString(CultureInfo.InvariantCulture)),
        new("spread", true, static (row, _) => Spread(row)),
        new("ratio", true, static (row, table) => RatioToBaseline(row, table) is { } ratio ? Figures.Ratio(ratio) : ""),
        new("of all cores", true, static (row, _) => row.UserSeconds.Count == 0 ? "" : Figures.Time(MeasuredRow.MedianOf(row.UserSeconds))),
        new("peak memory", true, static (row, _) => row.PeakBytes is { } bytes ? Figures.Bytes(bytes) : ""),
        new("of it private", true, static (row, _) => row.PrivateBytes is { } bytes ? Figures.Bytes(bytes) : ""),
        new("allocated", true, static (row, _) => row.AllocatedBytes is > 0 and { } bytes ? Figures.Bytes(bytes) : ""),
        new("the original", true, static (row, table) => OriginalFigures.Find(table.Name, row.Id)?.Text ?? ""),
        new("times faster", true, static (row, table) => OriginalFigures.Find(table.Name, row.Id) is { Seconds: { } seconds } ? Figures.Times(seconds / row.Median) : ""),
        new("note", false, static (row, _) => row.Note ?? ""),
    ];

    /// <summary>The table and, below it, when it was measured.</summary>
    public static string Print(MeasuredTable table)
    {
        Column[] columns = [.. Columns.Where(c => c.Title.Length == 0 || table.Rows.Any(row => c.Cell(row, table).Length > 0))];
        return string.Join('\n',
        [
            $"| {string.Join(" | ", columns.Select(static c => c.Title))} |",
            $"|{string.Concat(columns.Select(static c => c.Right ? "---:|" : "---|"))}",
            .. table.Rows.Select(row => $"| {string.Join(" | ", columns.Select(c => c.Cell(row, table)))} |"),
            "",
            $"{When(table.Machine)}.",
        ]);
    }

    /// <summary>Day and load, with a warning where the machine was busy.</summary>
    public static string When(MachineFacts machine) => string.Create(
        CultureInfo.InvariantCulture,
        $"measured {machine.Date:yyyy-MM-dd HH:mm} UTC{(machine.Load is { } load ? $", load {load:0.0} before the run" : "")}{(machine.IsBusy ? " (**busy with other work: look at ratios only**)" : "")}");

    /// <summary>A row's median by that of the baseline of its case; null where there is none.</summary>
    public static double? RatioToBaseline(MeasuredRow row, MeasuredTable table) =>
        table.Rows.FirstOrDefault(other => other.Baseline && other.Case == row.Case) is { } baseline ? row.Median / baseline.Median : null;

    // From the fastest to the slowest run, as a share of the median.
    private static string Spread(MeasuredRow row) => row.Seconds.Count < 2 || row.Median == 0 ? ""
        : ((row.Seconds.Max() - row.Seconds.Min()) / row.Median).ToString("0%", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);

    private sealed record Column(string Title, bool Right, Func<MeasuredRow, MeasuredTable, string> Cell);
}
