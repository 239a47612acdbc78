using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;

namespace NnUNet.Cli.Texts;

/// <summary>Scores as tables for people.</summary>
internal static class ScoreTable
{
    /// <summary>One row a structure with the mean of the metrics that matter most, and the mean Dice of the foreground.</summary>
    /// <param name="summary">The scores.</param>
    /// <param name="labels">The structures.</param>
    /// <param name="advanced">Whether surfaces and volumes were measured.</param>
    /// <param name="names">The labels' names by label.</param>
    /// <param name="more">Metrics that were asked for by name.</param>
    public static string Means(
        SegmentationSummary summary, IReadOnlyList<EvaluationLabel> labels, bool advanced, IReadOnlyDictionary<string, string> names, IReadOnlyList<string>? more = null)
    {
        string[] standard = advanced ? ["Dice", "Normalized Surface Dice", "Hausdorff Distance 95", "Avg. Symmetric Surface Distance", "Absolute Volume Error"] : ["Dice", "Precision", "Recall"];
        string[] metrics = [.. standard.Concat(more ?? []).Distinct(StringComparer.Ordinal)];
        List<string[]> rows = [["label", .. metrics.Select(WithUnit)]];
        rows.AddRange(labels.Select(label => (string[])[LabelNames.TextOf(label.Name, names, bare: ""), .. metrics.Select(metric => Number(summary.Mean(label.Name, metric)))]));
        string table = TextTable.Format(rows);
        return $"{table}{Environment.NewLine}{(summary.Regions is null ? "mean foreground Dice" : "mean Dice of the regions")} {Number(summary.ForegroundMean())} over {summary.Results.All.Count} cases";
    }

    /// <summary>One row a case with the Dice of each structure, and a row of means.</summary>
    /// <param name="summary">The scores.</param>
    /// <param name="labels">The structures' keys in <c>summary.json</c> and their names for people.</param>
    public static string DicePerCase(SegmentationSummary summary, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        List<string[]> rows = [["case", .. labels.Select(static label => label.Value)]];
        rows.AddRange(summary.Results.All.Select(scores => (string[])
        [
            scores.CaseId,
            .. labels.Select(label => scores.Labels.TryGetValue(label.Key, out SortedDictionary<string, double>? values) ? Number(values["Dice"]) : "-"),
        ]));
        rows.Add(["mean", .. labels.Select(label => Number(summary.Mean(label.Key)))]);
        return TextTable.Format(rows);
    }

    /// <summary>A score with four digits; "-" where it is not defined.</summary>
    public static string Number(double score) => double.IsNaN(score) ? "-" : score.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string WithUnit(string metric) => Catalog<Metric>.Create(metric).Unit is { Length: > 0 } unit ? $"{metric} ({unit})" : metric;
}
