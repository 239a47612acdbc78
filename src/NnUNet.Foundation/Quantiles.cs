namespace NnUNet.Foundation;

/// <summary>Percentiles with linear interpolation, to the last bit as numpy computes them.</summary>
internal static class Quantiles
{
    /// <summary>The value below which <paramref name="percent"/> percent of the values lie.</summary>
    /// <remarks>Source: numpy 1.24, lib/function_base.py (percentile, method "linear"): the nearer neighbour is the anchor.</remarks>
    public static double Percentile(IEnumerable<double> values, double percent)
    {
        double[] sorted = [.. values.Order()];
        double position = (sorted.Length - 1) * (percent / 100);
        int below = (int)Math.Floor(position);
        int above = Math.Min(below + 1, sorted.Length - 1);
        double share = position - below;
        double step = sorted[above] - sorted[below];
        return share >= 0.5 ? sorted[above] - (step * (1 - share)) : sorted[below] + (step * share);
    }

    /// <summary>The middle value, or the mean of the two middle ones; NaN of nothing.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) return double.NaN;
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
