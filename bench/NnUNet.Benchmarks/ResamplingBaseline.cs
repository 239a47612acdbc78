using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Benchmarks;

/// <summary>
/// General spline interpolation as scipy does it, the baseline of the resampling benchmarks: doubles, a filter pass an axis,
/// and then all 8 (order 1) or 64 (order 3) neighbours of every voxel; on all cores, which scipy does not use.
/// </summary>
internal static class ResamplingBaseline
{
    private const int Padding = 12;

    /// <summary>One whole volume.</summary>
    public static void Resize(float[] data, Extent from, float[] result, Extent to, int order)
    {
        Extent padded = new(from.Z + (2 * Padding), from.Y + (2 * Padding), from.X + (2 * Padding));
        double[] values = Pad(data, from, padded);
        if (order == 3) Prefilter(values, padded);
        double low = data.Min(), high = data.Max();
        (int[] First, double[][] Weights)[] axes = [Taps(from.Z, to.Z, order), Taps(from.Y, to.Y, order), Taps(from.X, to.X, order)];
        ParallelLoop.ForEach(to.Z, z =>
        {
            for (int y = 0; y < to.Y; y++)
            {
                for (int x = 0; x < to.X; x++)
                {
                    double sum = 0;
                    for (int i = 0; i <= order; i++)
                    {
                        for (int j = 0; j <= order; j++)
                        {
                            int row = (((axes[0].First[z] + i) * padded.Y) + axes[1].First[y] + j) * padded.X;
                            double weight = axes[0].Weights[z][i] * axes[1].Weights[y][j];
                            for (int k = 0; k <= order; k++) sum += values[row + axes[2].First[x] + k] * (weight * axes[2].Weights[x][k]);
                        }
                    }

                    result[(((z * to.Y) + y) * to.X) + x] = (float)Math.Clamp(sum, low, high);
                }
            }
        });
    }

    private static double[] Pad(float[] data, Extent from, Extent padded)
    {
        double[] values = new double[padded.Count];
        for (int z = 0; z < padded.Z; z++)
        {
            for (int y = 0; y < padded.Y; y++)
            {
                int source = ((Math.Clamp(z - Padding, 0, from.Z - 1) * from.Y) + Math.Clamp(y - Padding, 0, from.Y - 1)) * from.X;
                int target = ((z * padded.Y) + y) * padded.X;
                for (int x = 0; x < padded.X; x++) values[target + x] = data[source + Math.Clamp(x - Padding, 0, from.X - 1)];
            }
        }

        return values;
    }

    private static void Prefilter(double[] values, Extent extent)
    {
        ParallelLoop.ForEach(extent.Z * extent.Y, row => Line(values, row * extent.X, 1, extent.X));
        ParallelLoop.ForEach(extent.Z * extent.X, i => Line(values, (i / extent.X * extent.SliceCount) + (i % extent.X), extent.X, extent.Y));
        ParallelLoop.ForEach(extent.SliceCount, i => Line(values, i, extent.SliceCount, extent.Z));
    }

    private static void Line(double[] c, int first, int stride, int count)
    {
        double pole = Math.Sqrt(3) - 2;
        int last = first + ((count - 1) * stride);
        c[first] *= 6 / (1 - pole);
        for (int i = first + stride; i <= last; i += stride) c[i] = (6 * c[i]) + (pole * c[i - stride]);
        c[last] *= pole / (pole - 1);
        for (int i = last - stride; i >= first; i -= stride) c[i] = pole * (c[i + stride] - c[i]);
    }

    private static (int[] First, double[][] Weights) Taps(int from, int to, int order)
    {
        int[] first = new int[to];
        double[][] weights = new double[to][];
        for (int k = 0; k < to; k++)
        {
            double at = ((k + 0.5) * from / to) - 0.5 + Padding;
            first[k] = (int)Math.Floor(at) - (order / 2);
            weights[k] = [.. Enumerable.Range(first[k], order + 1).Select(p => Weight(order, Math.Abs(at - p)))];
        }

        return (first, weights);
    }

    private static double Weight(int order, double d) => order == 1 ? 1 - d : d < 1 ? (2.0 / 3) - (d * d) + (d * d * d / 2) : Math.Pow(2 - d, 3) / 6;
}
