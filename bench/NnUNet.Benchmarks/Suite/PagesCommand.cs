using System.Globalization;
using System.Text.RegularExpressions;
using NnUNet.Foundation;
using NnUNet.Torch.Benchmarks;

namespace NnUNet.Benchmarks.Suite;

/// <summary>Writes the result pages and the README's table from what was measured; no number in them is written by hand.</summary>
internal static partial class PagesCommand
{
    private const string Begin = "<!-- bench:begin -->";
    private const string End = "<!-- bench:end -->";

    /// <summary>Writes all pages. A table that was not measured yet is left out and reported.</summary>
    /// <param name="templates">The folder of the pages' templates.</param>
    /// <param name="results">The folder that gets the pages; it has the tables in <c>measured/</c>.</param>
    /// <param name="readme">The README whose table is replaced; empty for none.</param>
    /// <param name="machine">The figures of <c>nnunet benchmark --json</c>; need not exist.</param>
    public static int Run(string templates, string results, string readme, string machine)
    {
        Dictionary<string, MeasuredTable> tables = Directory.GetFiles(Path.Combine(results, "measured"), "*.json")
            .Select(ProductJson.Read<MeasuredTable>).ToDictionary(static t => t.Name, StringComparer.Ordinal);
        MachineFigures? figures = File.Exists(machine) ? ProductJson.Read<MachineFigures>(machine) : null;
        foreach (string template in Directory.GetFiles(templates, "*.md").Order(StringComparer.Ordinal))
        {
            List<string> missing = [];
            string text = Placeholder().Replace(File.ReadAllText(template), match => match.Groups[1].Value switch
            {
                "summary" => SummaryTable.Print(tables),
                "machine" => tables.Count == 0 ? "" : tables.Values.MaxBy(static t => t.Machine.Date)!.Machine.ToString(),
                "figures" => figures is null ? "" : Print(figures),
                string name when tables.TryGetValue(name, out MeasuredTable? table) => TableText.Print(table),
                string name => Missing(name),
            });
            AtomicFile.WriteText(Path.Combine(results, Path.GetFileName(template)), text);
            Console.WriteLine($"written: {Path.Combine(results, Path.GetFileName(template))}{(missing.Count == 0 ? "" : $" (not measured: {string.Join(", ", missing)})")}");

            string Missing(string name)
            {
                missing.Add(name);
                return "Not measured yet.";
            }
        }

        if (readme.Length > 0) FillReadme(readme, SummaryTable.Print(tables));
        return 0;
    }

    private static void FillReadme(string readme, string table)
    {
        string text = File.ReadAllText(readme);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal), end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin) throw new DescribedException(readme, $"the markers {Begin} and {End} are not in it", "put them where the table belongs");
        AtomicFile.WriteText(readme, $"{text[..begin]}{Begin}\n{table}\n{text[end..]}");
        Console.WriteLine($"written: {readme}");
    }

    private static string Print(MachineFigures figures) => string.Join('\n',
    [
        $"{figures.Machine}; {figures.Device}, {figures.Threads} threads, {TableText.When(figures.Machine)}.",
        "",
        "| | |",
        "|---|---:|",
        .. figures.Figures.Select(static f => string.Create(CultureInfo.InvariantCulture, $"| {f.Text} | {f.ValueText} |")),
    ]);

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Placeholder();
}
