namespace NnUNet.Core.Evaluation;

/// <summary>Means and medians of what is defined.</summary>
internal static class Averages
{
    /// <summary>The mean of the values that are numbers; NaN where there are none.</summary>
    public static double Mean(IEnumerable<double> values)
    {
        double[] defined = [.. values.Where(static v => !double.IsNaN(v))];
        return defined.Length == 0 ? double.NaN : defined.Sum() / defined.Length;
    }

    /// <summary>The median of the values that are numbers, of an even number the mean of the middle two; NaN where there are none.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] defined = [.. values.Where(static v => !double.IsNaN(v)).Order()];
        return defined.Length == 0 ? double.NaN : (defined[(defined.Length - 1) / 2] + defined[defined.Length / 2]) / 2;
    }
}
