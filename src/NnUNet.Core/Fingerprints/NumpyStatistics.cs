namespace NnUNet.Core.Fingerprints;

/// <summary>Statistics of float32 values with the digits that numpy computes: sums in float32, pairwise.</summary>
/// <remarks>
/// Source: numpy's mean, std, median and percentile on a float32 array, as nnunet/experiment_planning/DatasetAnalyzer.py
/// (_compute_stats) calls them.
/// </remarks>
internal static class NumpyStatistics
{
    private const int Block = 128;

    /// <summary>All statistics; NaN for no values.</summary>
    /// <param name="values">The values in their order; the order decides the last digits of the sums.</param>
    public static ChannelIntensities Of(float[] values)
    {
        if (values.Length == 0)
        {
            return new ChannelIntensities
            {
                Median = double.NaN,
                Mean = double.NaN,
                Sd = double.NaN,
                Mn = double.NaN,
                Mx = double.NaN,
                Percentile995 = double.NaN,
                Percentile005 = double.NaN,
            };
        }

        float mean = Sum(values) / values.Length;
        float[] sorted = [.. values];
        for (int i = 0; i < sorted.Length; i++) sorted[i] = (values[i] - mean) * (values[i] - mean);
        float deviation = MathF.Sqrt(Sum(sorted) / values.Length);
        values.CopyTo(sorted, 0);
        Array.Sort(sorted);
        int middle = sorted.Length / 2;
        return new ChannelIntensities
        {
            Median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
            Mean = mean,
            Sd = deviation,
            Mn = sorted[0],
            Mx = sorted[^1],
            Percentile995 = Percentile(sorted, 99.5),
            Percentile005 = Percentile(sorted, 0.5),
        };
    }

    /// <summary>Numpy's pairwise sum: eight running sums within 128 values, halves above.</summary>
    internal static float Sum(ReadOnlySpan<float> values)
    {
        if (values.Length < 8)
        {
            float sum = 0;
            foreach (float v in values) sum += v;
            return sum;
        }

        if (values.Length > Block)
        {
            int half = values.Length / 2;
            half -= half % 8;
            return Sum(values[..half]) + Sum(values[half..]);
        }

        Span<float> sums = stackalloc float[8];
        values[..8].CopyTo(sums);
        int i = 8;
        for (; i < values.Length - (values.Length % 8); i += 8)
        {
            for (int k = 0; k < 8; k++) sums[k] += values[i + k];
        }

        float total = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
        for (; i < values.Length; i++) total += values[i];
        return total;
    }

    private static double Percentile(float[] sorted, double percent)
    {
        double position = (sorted.Length - 1) * (percent / 100);
        int below = (int)Math.Floor(position);
        int above = Math.Min(below + 1, sorted.Length - 1);
        double share = position - below;
        float step = sorted[above] - sorted[below];
        return share >= 0.5 ? sorted[above] - (step * (1 - share)) : sorted[below] + (step * share);
    }
}
