namespace NnUNet.Core.Evaluation.Report;

/// <summary>What the defined values of a metric look like over all cases.</summary>
/// <param name="Values">The values with their cases' names, ascending.</param>
/// <param name="Undefined">Cases in which the metric is not defined.</param>
internal sealed record ScoreStatistics(IReadOnlyList<(string CaseId, double Value)> Values, int Undefined)
{
    public double Mean => Values.Count == 0 ? double.NaN : Values.Sum(static v => v.Value) / Values.Count;

    /// <summary>The sample's standard deviation (n - 1); NaN for fewer than two values.</summary>
    public double StandardDeviation
    {
        get
        {
            double mean = Mean;
            return Values.Count < 2 ? double.NaN : Math.Sqrt(Values.Sum(v => (v.Value - mean) * (v.Value - mean)) / (Values.Count - 1));
        }
    }

    public double Minimum => Values.Count == 0 ? double.NaN : Values[0].Value;

    public double Maximum => Values.Count == 0 ? double.NaN : Values[^1].Value;

    /// <summary>A quantile, linear between neighbours (numpy's default).</summary>
    public double Quantile(double share) => Quantile([.. Values.Select(static v => v.Value)], share);

    /// <summary>A quantile of ascending values, linear between neighbours; NaN of nothing.</summary>
    public static double Quantile(ReadOnlySpan<double> ascending, double share)
    {
        if (ascending.Length == 0) return double.NaN;
        double index = share * (ascending.Length - 1);
        int below = (int)Math.Floor(index);
        double low = ascending[below], high = ascending[Math.Min(below + 1, ascending.Length - 1)];
        return low + ((high - low) * (index - below));
    }

    /// <summary>The statistics of one structure's metric.</summary>
    public static ScoreStatistics Of(SummaryResults results, string label, string metric)
    {
        List<(string CaseId, double Value)> values = [];
        int undefined = 0;
        foreach (CaseScores scores in results.All)
        {
            double value = scores.Labels.TryGetValue(label, out SortedDictionary<string, double>? own) && own.TryGetValue(metric, out double score) ? score : double.NaN;
            if (double.IsNaN(value)) undefined++;
            else values.Add((scores.CaseId, value));
        }

        return new ScoreStatistics([.. values.OrderBy(static v => v.Value).ThenBy(static v => v.CaseId, StringComparer.Ordinal)], undefined);
    }

    /// <summary>The case with the worst value, or empty where no value is better than another.</summary>
    public string WorstCase(MetricSense sense) => (Values.Count, sense) switch
    {
        (0, _) or (_, MetricSense.None) => "",
        (_, MetricSense.HigherIsBetter) => Values[0].CaseId,
        (_, MetricSense.LowerIsBetter) => Values[^1].CaseId,
        _ => Values.MaxBy(static v => Math.Abs(v.Value)).CaseId,
    };
}
