using NnUNet.Imaging.Algorithms;

namespace NnUNet.Interop.V2.Results;

/// <summary>Means with numpy's order of additions, so that their last digits are those of the original's files.</summary>
internal static class NumpyMeans
{
    /// <summary><c>numpy.nanmean</c>: NaN counts as nothing; NaN where there is nothing else.</summary>
    public static double MeanOfDefined(IReadOnlyList<double> values)
    {
        double[] zeroed = [.. values.Select(static v => double.IsNaN(v) ? 0 : v)];
        int defined = values.Count(static v => !double.IsNaN(v));
        return defined == 0 ? double.NaN : NumpySum.Of<double>(zeroed) / defined;
    }

    /// <summary><c>numpy.mean</c>: NaN where one value is, or there is none.</summary>
    public static double Mean(IReadOnlyList<double> values) => values.Count == 0 ? double.NaN : NumpySum.Of<double>([.. values]) / values.Count;
}
