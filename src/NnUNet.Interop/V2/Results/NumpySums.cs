namespace NnUNet.Interop.V2.Results;

/// <summary>Means with numpy's order of additions, so that their last digits are those of the original's files.</summary>
internal static class NumpySums
{
    private const int Together = 8;
    private const int Block = 128;

    /// <summary><c>numpy.nanmean</c>: NaN counts as nothing; NaN where there is nothing else.</summary>
    public static double MeanOfDefined(IReadOnlyList<double> values)
    {
        double[] zeroed = [.. values.Select(static v => double.IsNaN(v) ? 0 : v)];
        int defined = values.Count(static v => !double.IsNaN(v));
        return defined == 0 ? double.NaN : Sum(zeroed) / defined;
    }

    /// <summary><c>numpy.mean</c>: NaN where one value is, or there is none.</summary>
    public static double Mean(IReadOnlyList<double> values) => values.Count == 0 ? double.NaN : Sum([.. values]) / values.Count;

    /// <summary><c>numpy.sum</c> of float64 that lie one after the other: pairwise, in blocks with eight sums side by side.</summary>
    public static double Sum(ReadOnlySpan<double> values)
    {
        if (values.Length < Together)
        {
            double few = 0;
            foreach (double value in values) few += value;
            return few;
        }

        if (values.Length > Block)
        {
            int half = values.Length / 2;
            half -= half % Together;
            return Sum(values[..half]) + Sum(values[half..]);
        }

        Span<double> sums = stackalloc double[Together];
        values[..Together].CopyTo(sums);
        int i = Together;
        for (; i < values.Length - (values.Length % Together); i += Together)
        {
            for (int j = 0; j < Together; j++) sums[j] += values[i + j];
        }

        double sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
        for (; i < values.Length; i++) sum += values[i];
        return sum;
    }
}
