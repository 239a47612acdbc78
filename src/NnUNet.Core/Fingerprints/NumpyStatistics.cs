using System.Numerics.Tensors;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Fingerprints;

/// <summary>Statistics of float32 values with the digits that numpy computes: sums in float32, pairwise.</summary>
/// <remarks>
/// Source: numpy's mean, std, median and percentile on a float32 array, as nnunet/experiment_planning/DatasetAnalyzer.py
/// (_compute_stats) calls them.
/// </remarks>
internal static class NumpyStatistics
{
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

        float mean = NumpySum.Of<float>(values) / values.Length;
        float[] squares = new float[values.Length];
        TensorPrimitives.Subtract(values, mean, squares);
        TensorPrimitives.Multiply(squares, squares, squares);
        int last = values.Length - 1;
        (int below005, int above005, double share005) = Place(last, 0.5);
        (int below995, int above995, double share995) = Place(last, 99.5);
        float[] at = RankSelection.Select(values, [last / 2, values.Length / 2, below005, above005, below995, above995]);
        return new ChannelIntensities
        {
            Median = values.Length % 2 == 1 ? at[1] : (at[0] + at[1]) / 2,
            Mean = mean,
            Sd = MathF.Sqrt(NumpySum.Of<float>(squares) / values.Length),
            Mn = TensorPrimitives.Min(values),
            Mx = TensorPrimitives.Max(values),
            Percentile995 = Between(at[4], at[5], share995),
            Percentile005 = Between(at[2], at[3], share005),
        };
    }

    /// <summary>The places in ascending order between which a percentile lies, and how far from the first one.</summary>
    private static (int Below, int Above, double Share) Place(int last, double percent)
    {
        double position = last * (percent / 100);
        int below = (int)Math.Floor(position);
        return (below, Math.Min(below + 1, last), position - below);
    }

    private static double Between(float below, float above, double share)
    {
        float step = above - below;
        return share >= 0.5 ? above - (step * (1 - share)) : below + (step * share);
    }
}
