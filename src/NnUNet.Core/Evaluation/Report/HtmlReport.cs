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
/// <remarks>No other files, no date: the same scores give the same bytes. One small script sorts the tables (<see cref="ReportScript"/>).</remarks>
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
        SummaryResults all = summary.Structures;
        string[] regions = [.. (summary.Regions?.Definition ?? []).Select(static r => r.Name)];
        string[] labels = [.. all.Mean.Keys.Where(static key => key is not ("0" or "mean"))
            .OrderBy(static key => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : int.MaxValue)
            .ThenBy(key => Array.IndexOf(regions, key))];
        if (labels.Length == 0) throw new EvaluationException(path, "there is nothing to report: no case has a foreground structure", "score at least one label but 0");

        AtomicFile.WriteText(path, new Page(summary, all, options, labels, regions.Length > 0 ? regions : labels).Html());
    }

    private sealed class Page(SegmentationSummary summary, SummaryResults all, HtmlReportOptions options, string[] labels, string[] judged)
    {
        private readonly StringBuilder _html = new();
        private readonly string[] _metrics = [.. all.Mean[labels[0]].Keys];
        private readonly (CaseScores Scores, double Mean)[] _sorted = [.. all.All
            .Select(scores => (Scores: scores, Mean: MeanDice(scores, judged)))
            .OrderBy(static c => c.Mean).ThenBy(static c => c.Scores.CaseId, StringComparer.Ordinal)];

        private string[] Shown => [.. Headline.Where(_metrics.Contains)];

        public string Html()
        {
            _html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .Append(Escape(options.Title)).Append("</title>\n<style>\n").Append(ReportStyle.Css).Append(Colours()).Append("</style>\n</head>\n<body>\n<main>\n");
            Opening();
            Statistics("Scores", Shown);
            Distributions();
            Worst();
            if (_metrics.Contains(Dice)) Cases();
            AllScores();
            _html.Append("</main>\n<script>\n").Append(ReportScript.Js).Append("\n</script>\n</body>\n</html>\n");
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

        private string Name(string label) => LabelNames.TextOf(label, options.LabelNames);

        private string Dotted(int index) => $"<span class=\"dot b{index}\"></span>{Escape(Name(labels[index]))}";

        /// <summary>The colours of the pictures; what is no single label gets those after the last one.</summary>
        private string Colours()
        {
            int next = labels.Max(static label => int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 0);
            StringBuilder css = new("\n");
            for (int i = 0; i < labels.Length; i++)
            {
                int colour = int.TryParse(labels[i], NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : ++next;
                (byte red, byte green, byte blue) = LabelColours.Of(colour);
                string hex = string.Create(CultureInfo.InvariantCulture, $"#{red:x2}{green:x2}{blue:x2}");
                css.Append(CultureInfo.InvariantCulture, $".c{i} {{ fill:{hex}; }} .b{i} {{ background:{hex}; }}\n");
            }

            return css.ToString();
        }

        private void Opening()
        {
            _html.Append($"<h1>{Escape(options.Title)}</h1>\n");
            if (options.Subtitle.Length > 0) _html.Append($"<p class=\"soft\">{Escape(options.Subtitle)}</p>\n");
            _html.Append("<div class=\"tiles\">\n");
            Tile(all.All.Count.ToString(CultureInfo.InvariantCulture), "cases");
            foreach (string metric in Shown.Take(4)) Tile(Score(summary.ForegroundMean(metric), Unit(metric)), $"mean {metric}{(Unit(metric) is { Length: > 0 } unit ? $", {unit}" : "")}");
            _html.Append("</div>\n");
            if (summary.Regions is { } regions) _html.Append($"<p class=\"note\">Regions of several labels: {Escape(string.Join(", ", regions.Definition))}. Means over structures are those over the regions.</p>\n");
        }

        private void Tile(string value, string words) => _html.Append($"<div class=\"tile\"><b>{value}</b><span>{Escape(words)}</span></div>\n");

        private void Statistics(string title, string[] metrics)
        {
            string[] columns = ["mean", "median", "std", "min", "max", "cases", "undefined", "worst case"];
            if (title.Length > 0) _html.Append($"<h2>{title}</h2>\n");
            _html.Append("<div class=\"wide\"><table>\n").Head(["metric", "structure", .. columns]).Append("<tbody>\n");
            foreach (string metric in metrics)
            {
                for (int i = 0; i < labels.Length; i++)
                {
                    ScoreStatistics s = ScoreStatistics.Of(all, labels[i], metric);
                    string unit = Unit(metric);
                    double[] values = [s.Mean, s.Quantile(0.5), s.StandardDeviation, s.Minimum, s.Maximum];
                    string[] cells =
                    [
                        .. values.Select(value => Score(value, unit is "voxels" ? "" : unit)),
                        s.Values.Count.ToString(CultureInfo.InvariantCulture),
                        s.Undefined.ToString(CultureInfo.InvariantCulture),
                        Escape(s.WorstCase(Sense(metric))),
                    ];
                    _html.Row(WithUnit(metric), Dotted(i), columns.Zip(cells), i == 0);
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
                string chart = ScoreCharts.Strips([.. labels.Select(label => (Name(label), ScoreStatistics.Of(all, label, metric)))], Unit(metric));
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

            _html.Append("<h2>Worst cases</h2>\n<p class=\"note\">By mean Dice").Append(summary.Regions is null ? "." : " of the regions.");
            if (options.Picture is not null) _html.Append(" Colour: the prediction; dashes, white with black edges: the reference. R, L, A, P, S, I: the patient's right, left, front, back, head, feet.");
            _html.Append("</p>\n<div class=\"grid2\">\n");
            string[] metrics = [.. Shown.Take(4)];
            foreach (CaseScores scores in worst)
            {
                _html.Append($"<div class=\"card\"><h3>{Escape(scores.CaseId)}</h3>\n");
                if (options.Picture?.Invoke(scores) is { } png) _html.Append($"<img alt=\"{Escape(scores.CaseId)}: prediction and reference\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\">\n");
                _html.Append("<table class=\"narrow\">\n").Head([.. metrics.Select(WithUnit).Prepend("structure")]).Append("<tbody>\n");
                for (int i = 0; i < labels.Length; i++) _html.Row(Dotted(i), null, metrics.Select(metric => (WithUnit(metric), Score(Value(scores, labels[i], metric), Unit(metric)))), false);
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
            foreach (CaseScores scores in all.All)
            {
                for (int i = 0; i < labels.Length; i++)
                {
                    _html.Row(Escape(scores.CaseId), Dotted(i), Shown.Select(metric => (WithUnit(metric), Score(Value(scores, labels[i], metric), Unit(metric)))), i == 0);
                }
            }

            _html.Append("</tbody></table></div></details>\n");
        }
    }
}
