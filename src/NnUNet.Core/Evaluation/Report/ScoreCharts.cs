using System.Globalization;
using System.Text;
using static NnUNet.Core.Evaluation.Report.HtmlText;

namespace NnUNet.Core.Evaluation.Report;

/// <summary>Charts that take their colours from the page and fit any width.</summary>
internal static class ScoreCharts
{
    private const double Width = 520;
    private const double Left = 16;
    private const double Right = 14;
    private const double NameHeight = 22;
    private const double StripHeight = 58;
    private const double AxisHeight = 26;
    private const int BarsShown = 40;

    /// <summary>One strip per structure: a dot per case, and a box of the quartiles with the median.</summary>
    /// <param name="labels">The structures' names and statistics, with the number of their colour.</param>
    /// <param name="unit">The metric's unit.</param>
    public static string Strips(IReadOnlyList<(string Name, ScoreStatistics Statistics)> labels, string unit)
    {
        double low = labels.Min(static l => l.Statistics.Minimum), high = labels.Max(static l => l.Statistics.Maximum);
        if (double.IsNaN(low) || double.IsNaN(high)) return "";

        double[] ticks = Ticks(low, high, unit);
        (low, high) = (Math.Min(low, ticks[0]), Math.Max(high, ticks[^1]));
        double X(double value) => Left + ((value - low) / (high - low) * (Width - Left - Right));
        double height = (labels.Count * StripHeight) + AxisHeight;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\">\n");
        Axis(svg, ticks, X, 4, height - AxisHeight);
        for (int i = 0; i < labels.Count; i++)
        {
            double top = i * StripHeight, middle = top + NameHeight + ((StripHeight - NameHeight) / 2);
            ScoreStatistics statistics = labels[i].Statistics;
            svg.Append($"<text class=\"name\" x=\"{Point(Left)}\" y=\"{Point(top + 15)}\">{Escape(labels[i].Name)}</text>\n");
            if (statistics.Values.Count == 0) continue;

            double q1 = X(statistics.Quantile(0.25)), q3 = X(statistics.Quantile(0.75)), median = X(statistics.Quantile(0.5));
            svg.Append($"<rect class=\"box c{i}\" x=\"{Point(q1)}\" y=\"{Point(middle - 13)}\" width=\"{Point(Math.Max(q3 - q1, 1))}\" height=\"26\" rx=\"3\"/>\n");
            for (int n = 0; n < statistics.Values.Count; n++)
            {
                // Dots side by side in a fixed pattern: equal values stay countable, and the page is the same each time.
                double offset = (n * 7 % 5 - 2) * 4;
                (string caseId, double value) = statistics.Values[n];
                svg.Append($"<circle class=\"c{i}\" cx=\"{Point(X(value))}\" cy=\"{Point(middle + offset)}\" r=\"2.6\"><title>{Escape(caseId)}: {Score(value, unit)}</title></circle>");
            }

            svg.Append($"\n<line class=\"median\" x1=\"{Point(median)}\" x2=\"{Point(median)}\" y1=\"{Point(middle - 15)}\" y2=\"{Point(middle + 15)}\"/>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>One row per case with a bar for each structure, the lowest mean first.</summary>
    /// <param name="cases">Names and values (0 to 1, NaN where undefined), in the order of the rows.</param>
    public static string Bars(IReadOnlyList<(string CaseId, double[] Values)> cases)
    {
        IReadOnlyList<(string CaseId, double[] Values)> shown = cases.Count <= BarsShown ? cases : [.. cases.Take(BarsShown)];
        StringBuilder html = new("<div class=\"bars\">\n");
        foreach ((string caseId, double[] values) in shown)
        {
            html.Append($"<div class=\"case\"><span class=\"name\">{Escape(caseId)}</span><span class=\"track\">");
            for (int i = 0; i < values.Length; i++)
            {
                html.Append(double.IsNaN(values[i])
                    ? "<i class=\"none\">–</i>"
                    : $"<i class=\"bar b{i}\" style=\"width:{Point(100 * Math.Clamp(values[i], 0, 1))}%\" title=\"{Escape(caseId)}: {Score(values[i], "")}\"></i>");
            }

            html.Append("</span></div>\n");
        }

        html.Append("<div class=\"case\"><span class=\"name\"></span><span class=\"ticks\"><i>0</i><i>0.2</i><i>0.4</i><i>0.6</i><i>0.8</i><i>1</i></span></div>\n</div>\n");
        if (shown.Count < cases.Count) html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">The {shown.Count} lowest of {cases.Count} cases; all of them are in the table below.</p>\n");
        return html.ToString();
    }

    private static void Axis(StringBuilder svg, double[] ticks, Func<double, double> x, double top, double bottom)
    {
        foreach (double tick in ticks)
        {
            svg.Append($"<line class=\"grid\" x1=\"{Point(x(tick))}\" x2=\"{Point(x(tick))}\" y1=\"{Point(top)}\" y2=\"{Point(bottom)}\"/>");
            svg.Append($"<text class=\"tick\" x=\"{Point(x(tick))}\" y=\"{Point(bottom + 17)}\" text-anchor=\"middle\">{tick.ToString("0.###", CultureInfo.InvariantCulture).Replace('-', '−')}</text>\n");
        }
    }

    /// <summary>About five round numbers from below the lowest value to above the highest.</summary>
    private static double[] Ticks(double low, double high, string unit)
    {
        // Ratios keep their end; what lies near it should look so.
        if (unit.Length == 0 && low >= 0 && high <= 1) high = 1;
        if (unit.Length > 0 && low > 0) low = 0;
        double span = Math.Max(high - low, 1e-9), raw = span / 5, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = power * ((raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        double first = Math.Floor(low / step);
        int count = (int)(Math.Ceiling((high / step) - 1e-9) - first) + 1;
        return [.. Enumerable.Range(0, Math.Max(count, 2)).Select(i => Math.Round((first + i) * step, 12))];
    }
}
