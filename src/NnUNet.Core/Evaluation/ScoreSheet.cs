using System.Globalization;
using System.Text;
using NnUNet.Foundation;

namespace NnUNet.Core.Evaluation;

/// <summary>The scores as a table for other programs: comma-separated values, one row per case and structure.</summary>
/// <remarks>UTF-8, a full stop as decimal separator, all digits, an empty field for an undefined value. The same scores give the same bytes.</remarks>
public static class ScoreSheet
{
    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="summary">The scores.</param>
    /// <param name="names">Names of structures for people, by their key in the summary; those without stay as they are.</param>
    public static void Write(string path, SegmentationSummary summary, IReadOnlyDictionary<string, string>? names = null) =>
        AtomicFile.WriteText(path, Text(summary, names));

    /// <summary>The columns case, label, name, one a metric, prediction and reference.</summary>
    internal static string Text(SegmentationSummary summary, IReadOnlyDictionary<string, string>? names)
    {
        SummaryResults all = summary.Structures;
        string[] metrics = [.. all.All.SelectMany(static c => c.Labels.Values).SelectMany(static scores => scores.Keys).Distinct().Order(StringComparer.Ordinal)];
        StringBuilder text = new();
        Row(text, ["case", "label", "name", .. metrics, "prediction", "reference"]);
        foreach (CaseScores scores in all.All)
        {
            foreach ((string label, SortedDictionary<string, double> values) in scores.Labels)
            {
                Row(
                    text,
                    [
                        scores.CaseId, label, names?.GetValueOrDefault(label) ?? label,
                        .. metrics.Select(metric => values.TryGetValue(metric, out double value) && !double.IsNaN(value) ? value.ToString("R", CultureInfo.InvariantCulture) : ""),
                        scores.Test ?? "", scores.Reference ?? "",
                    ]);
            }
        }

        return text.ToString();
    }

    /// <summary>Adds a row; fields with commas, quotes or line breaks are put in quotes.</summary>
    internal static void Row(StringBuilder text, IEnumerable<string> fields) => text.AppendJoin(',', fields.Select(Quoted)).Append('\n');

    /// <summary>A field as comma-separated values have it.</summary>
    internal static string Quoted(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
