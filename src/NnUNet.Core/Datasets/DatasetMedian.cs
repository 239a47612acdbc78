namespace NnUNet.Core.Datasets;

/// <summary>What is usual in a data set, and what is far from it.</summary>
internal static class DatasetMedian
{
    /// <summary>From this factor on a spacing or size is far. Slices of one data set may well be five times thicker in some cases.</summary>
    private const double Factor = 10;

    private const double Rounding = 1e-6;

    /// <summary>The axis along which something is farthest from what is usual; null where nothing is ten times off.</summary>
    /// <param name="factor">How many times the usual it is along an axis: 0 = z, 1 = y, 2 = x.</param>
    public static (int Axis, double Factor)? Farthest(Func<int, double> factor)
    {
        (int Axis, double Factor) farthest = Enumerable.Range(0, 3).Select(axis => (axis, factor(axis))).MaxBy(static f => Math.Max(f.Item2, 1 / f.Item2));
        return Math.Max(farthest.Factor, 1 / farthest.Factor) >= Factor * (1 - Rounding) ? farthest : null;
    }
}
