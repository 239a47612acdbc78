using System.Globalization;
using System.Text;
using NnUNet.Foundation;
using static NnUNet.Core.Evaluation.Report.HtmlText;

namespace NnUNet.Core.Evaluation.Report;

/// <summary>What a report shows beside the scores.</summary>
public sealed record HtmlReportOptions
{
    /// <summary>The page's heading.</summary>
    /// <value>Evaluation.</value>
    public string Title { get; init; } = "Evaluation";

    /// <summary>A sentence below it, such as the folders that were compared.</summary>
    /// <value>Empty.</value>
    public string Subtitle { get; init; } = "";

    /// <summary>Names of structures for people, by their key in the summary.</summary>
    /// <value>None.</value>
    public IReadOnlyDictionary<string, string> LabelNames { get; init; } = new Dictionary<string, string>();

    /// <summary>How many of the worst cases are shown.</summary>
    /// <value>6.</value>
    public int WorstCases { get; init; } = 6;

    /// <summary>Draws a case as PNG; null where there are no pictures, or none of that case.</summary>
    /// <value>Null.</value>
    public Func<CaseScores, byte[]?>? Picture { get; init; }
}

/// <summary>The scores as one HTML file that holds all it needs: tables, charts, and the worst cases with their pictures.</summary>
/// <remarks>No scripts, no other files, no date: the same scores give the same bytes.</remarks>
public static class HtmlReport
{
    private const string Dice = "Dice";
    private static readonly string[] Headline =
    [
        Dice, NormalizedSurfaceDiceMetric.Name, "Hausdorff Distance 95", "Avg. Symmetric Surface Distance", "Volume Error", "Absolute Volume Error", "Relative Volume Error", "Precision", "Recall",
    ];

    /// <summary>Writes the file.</summary>
    /// <exception cref="EvaluationException">There is no case or no structure.</exception>
    public static void Write(string path, SegmentationSummary summary, HtmlReportOptions? options = null)
    {
        options ??= new HtmlReportOptions();
        string[] labels = [.. summary.Results.Mean.Keys.Where(static key => key is not ("0" or "mean"))
            .OrderBy(static key => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : int.MaxValue)];
        if (labels.Length == 0) throw new EvaluationException(path, "there is nothing to report: no case has a foreground structure", "score at least one label but 0");

        AtomicFile.WriteText(path, new Page(summary, options, labels).Html());
    }

    private sealed class Page(SegmentationSummary summary, HtmlReportOptions options, string[] labels)
    {
        private readonly StringBuilder _html = new();
        private readonly string[] _metrics = [.. summary.Results.Mean[labels[0]].Keys];
        private readonly (CaseScores Scores, double Mean)[] _sorted = [.. summary.Results.All
            .Select(scores => (Scores: scores, Mean: MeanDice(scores, labels)))
            .OrderBy(static c => c.Mean).ThenBy(static c => c.Scores.CaseId, StringComparer.Ordinal)];

        private string[] Shown => [.. Headline.Where(_metrics.Contains)];

        public string Html()
        {
            _html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .Append(Escape(options.Title)).Append("</title>\n<style>\n").Append(ReportStyle.Css).Append("\n</style>\n</head>\n<body>\n<main>\n");
            Opening();
            Statistics("Scores", Shown);
            Distributions();
            Worst();
            if (_metrics.Contains(Dice)) Cases();
            AllScores();
            _html.Append("</main>\n</body>\n</html>\n");
            return _html.ToString();
        }

        private static double MeanDice(CaseScores scores, string[] labels)
        {
            double[] defined = [.. labels.Select(label => Value(scores, label, Dice)).Where(static value => !double.IsNaN(value))];
            return defined.Length == 0 ? double.NaN : defined.Average();
        }

        private static double Value(CaseScores scores, string label, string metric) =>
            scores.Labels.TryGetValue(label, out SortedDictionary<string, double>? values) && values.TryGetValue(metric, out double value) ? value : double.NaN;

        private static string Unit(string metric) => Catalog<Metric>.Names.Contains(metric) ? Catalog<Metric>.Create(metric).Unit : "";

        private static MetricSense Sense(string metric) => Catalog<Metric>.Names.Contains(metric) ? Catalog<Metric>.Create(metric).Sense : MetricSense.None;

        private static string WithUnit(string metric) => Unit(metric) is { Length: > 0 } unit ? $"{Escape(metric)} <span class=\"soft\">({unit})</span>" : Escape(metric);

        private string Name(string label) => options.LabelNames.TryGetValue(label, out string? name) ? $"{label} {name}" : int.TryParse(label, out _) ? $"label {label}" : label;

        private string Dotted(int index) => $"<span class=\"dot b{index % 8}\"></span>{Escape(Name(labels[index]))}";

        private void Opening()
        {
            _html.Append($"<h1>{Escape(options.Title)}</h1>\n");
            if (options.Subtitle.Length > 0) _html.Append($"<p class=\"soft\">{Escape(options.Subtitle)}</p>\n");
            _html.Append("<div class=\"tiles\">\n");
            Tile(summary.Results.All.Count.ToString(CultureInfo.InvariantCulture), "cases");
            foreach (string metric in Shown.Take(4)) Tile(Score(summary.ForegroundMean(metric), Unit(metric)), $"mean {metric}{(Unit(metric) is { Length: > 0 } unit ? $", {unit}" : "")}");
            _html.Append("</div>\n");
        }

        private void Tile(string value, string words) => _html.Append($"<div class=\"tile\"><b>{value}</b><span>{Escape(words)}</span></div>\n");

        private void Statistics(string title, string[] metrics)
        {
            _html.Append($"<h2>{title}</h2>\n<div class=\"wide\"><table>\n")
                .Head("metric", "structure", "mean", "median", "std", "min", "max", "cases", "undefined", "worst case").Append("<tbody>\n");
            foreach (string metric in metrics)
            {
                for (int i = 0; i < labels.Length; i++)
                {
                    ScoreStatistics s = ScoreStatistics.Of(summary, labels[i], metric);
                    string unit = Unit(metric);
                    _html.Append(i == 0 ? "<tr class=\"first\"><th scope=\"row\">" + WithUnit(metric) : "<tr><th scope=\"row\">").Append("</th>");
                    _html.Append($"<td class=\"left\">{Dotted(i)}</td>");
                    foreach (double value in (double[])[s.Mean, s.Quantile(0.5), s.StandardDeviation, s.Minimum, s.Maximum]) _html.Append($"<td>{Score(value, unit is "voxels" ? "" : unit)}</td>");
                    _html.Append(CultureInfo.InvariantCulture, $"<td>{s.Values.Count}</td><td>{s.Undefined}</td><td>{Escape(s.WorstCase(Sense(metric)))}</td></tr>\n");
                }
            }

            _html.Append("</tbody></table></div>\n");
            _html.Append("<p class=\"note\">A case in which a metric is not defined, such as a distance to an empty mask, is left out of its figures and counted as undefined.</p>\n");
            if (summary.SurfaceTolerances is { } tolerances && metrics.Contains(NormalizedSurfaceDiceMetric.Name))
            {
                string words = string.Join(", ", tolerances.Where(t => labels.Contains(t.Key)).Select(t => string.Create(CultureInfo.InvariantCulture, $"{Name(t.Key)} {t.Value} mm")));
                _html.Append($"<p class=\"note\">Tolerance of {NormalizedSurfaceDiceMetric.Name}: {Escape(words)}.</p>\n");
            }
        }

        private void Distributions()
        {
            _html.Append("<h2>Distribution over the cases</h2>\n<p class=\"note\">A dot is a case, the box holds the middle half, the line is the median.</p>\n<div class=\"grid2\">\n");
            foreach (string metric in Shown)
            {
                string chart = ScoreCharts.Strips([.. labels.Select(label => (Name(label), ScoreStatistics.Of(summary, label, metric)))], Unit(metric));
                if (chart.Length > 0) _html.Append($"<div class=\"card\"><h3>{WithUnit(metric)}</h3>\n{chart}</div>\n");
            }

            _html.Append("</div>\n");
        }

        private void Cases()
        {
            _html.Append("<h2>Dice of each case</h2>\n<div class=\"card\">\n<div class=\"key\">");
            for (int i = 0; i < labels.Length; i++) _html.Append($"<span>{Dotted(i)}</span>");
            _html.Append("</div>\n").Append(ScoreCharts.Bars([.. _sorted.Select(c => (c.Scores.CaseId, (double[])[.. labels.Select(label => Value(c.Scores, label, Dice))]))])).Append("</div>\n");
        }

        private void Worst()
        {
            CaseScores[] worst = [.. _sorted.Take(options.WorstCases).Select(static c => c.Scores)];
            if (worst.Length == 0) return;

            _html.Append("<h2>Worst cases</h2>\n<p class=\"note\">By mean Dice.");
            if (options.Picture is not null) _html.Append(" Colour: the prediction; white dashes: the reference.");
            _html.Append("</p>\n<div class=\"grid2\">\n");
            string[] metrics = [.. Shown.Take(4)];
            foreach (CaseScores scores in worst)
            {
                _html.Append($"<div class=\"card\"><h3>{Escape(scores.CaseId)}</h3>\n");
                if (options.Picture?.Invoke(scores) is { } png) _html.Append($"<img alt=\"{Escape(scores.CaseId)}: prediction and reference\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\">\n");
                _html.Append("<table>\n").Head([.. metrics.Select(WithUnit).Prepend("structure")]).Append("<tbody>\n");
                for (int i = 0; i < labels.Length; i++) _html.Row(Dotted(i), metrics.Select(metric => Score(Value(scores, labels[i], metric), Unit(metric))));
                _html.Append("</tbody></table></div>\n");
            }

            _html.Append("</div>\n");
        }

        private void AllScores()
        {
            string[] others = [.. _metrics.Except(Headline)];
            _html.Append("<h2>All scores</h2>\n<details><summary>The other metrics</summary>\n");
            if (others.Length > 0) Statistics("", others);
            _html.Append("</details>\n<details><summary>Every case</summary>\n<div class=\"wide\"><table>\n").Head([.. Shown.Select(WithUnit).Prepend("structure").Prepend("case")]).Append("<tbody>\n");
            foreach (CaseScores scores in summary.Results.All)
            {
                for (int i = 0; i < labels.Length; i++)
                {
                    string cells = string.Concat(Shown.Select(metric => $"<td>{Score(Value(scores, labels[i], metric), Unit(metric))}</td>"));
                    _html.Append($"<tr{(i == 0 ? " class=\"first\"" : "")}><th scope=\"row\">{(i == 0 ? Escape(scores.CaseId) : "")}</th><td class=\"left\">{Dotted(i)}</td>{cells}</tr>\n");
                }
            }

            _html.Append("</tbody></table></div></details>\n");
        }
    }
}
