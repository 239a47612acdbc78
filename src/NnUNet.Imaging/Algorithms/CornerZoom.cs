using NnUNet.Foundation;

namespace NnUNet.Imaging.Algorithms;

/// <summary>Resamples volumes (z, y, x) so that the centres of the corner voxels stay where they are: the first voxel becomes the first one, the last becomes the last.</summary>
/// <remarks>
/// Equal to <c>scipy.ndimage.zoom</c> with <c>mode="nearest"</c> and <c>grid_mode=False</c>, unlike the resampling of nnU-Net, which keeps the
/// edges of the corner voxels. Orders 0 and 1 give scipy's numbers to the last bit for an array (x, y, z), sums in scipy's order, so that
/// truncating to whole numbers gives the same ones. Order 3 differs from scipy's by at most 1e-6 of the largest value: what lies beyond the
/// volume continues for ever here, there for 12 voxels. Source: scipy/ndimage/src/ni_interpolation.c, NI_ZoomShift.
/// </remarks>
public static class CornerZoom
{
    private const int Margin = 12;
    private const double Pole = -0.267949192431122706472553658494127633; // sqrt(3) - 2, of the cubic B-spline

    /// <summary>The orders of splines that there are.</summary>
    public static IReadOnlyList<int> Orders { get; } = [0, 1, 3];

    /// <summary>Voxel counts after a zoom: rounded to the nearest whole number, half to even.</summary>
    /// <param name="count">Voxels of an axis.</param>
    /// <param name="zoom">The factor; 0.5 halves them.</param>
    /// <returns>The voxels; less than 1 or more than an array holds where the factor is such.</returns>
    public static long CountAfter(int count, double zoom) => (long)Math.Round(count * zoom, MidpointRounding.ToEven);

    /// <summary>An image on another number of voxels.</summary>
    /// <param name="volume">The image (z, y, x).</param>
    /// <param name="to">Voxel counts of the result (z, y, x).</param>
    /// <param name="order">The spline's order: 0, 1 or 3.</param>
    /// <param name="truncate">Whether fractions are cut off, as a conversion to int32 does: 2.9 becomes 2, -2.9 becomes -2.</param>
    /// <param name="cancel">Stops between slices.</param>
    /// <returns>The voxels (z, y, x). Of the geometry nobody here knows more than that it changes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The order is another one.</exception>
    public static float[] Resample(Volume<float> volume, Extent to, int order, bool truncate = false, CancellationToken cancel = default)
    {
        float[] result = new float[checked((int)to.Count)];
        switch (order)
        {
            case 0:
                Nearest(volume.Voxels, volume.Extent, result, to, cancel);
                break;
            case 1:
                Linear(volume, to, result, cancel);
                break;
            case 3:
                Cubic(volume, to, result, cancel);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(order), order, "an order is 0, 1 or 3");
        }

        if (truncate) Truncate(result);
        return result;
    }

    /// <summary>A label map on another number of voxels: each takes the label of the nearest voxel, of two equally near ones the latter's.</summary>
    /// <param name="labels">The labels (z, y, x).</param>
    /// <param name="to">Voxel counts of the result (z, y, x).</param>
    /// <param name="cancel">Stops between slices.</param>
    public static short[] Resample(Volume<short> labels, Extent to, CancellationToken cancel = default)
    {
        short[] result = new short[checked((int)to.Count)];
        Nearest(labels.Voxels, labels.Extent, result, to, cancel);
        return result;
    }

    /// <summary>Cuts fractions off, as a conversion to int32 does; what is no number becomes 0, what is too large the largest one.</summary>
    /// <param name="voxels">Changed in place.</param>
    public static void Truncate(Span<float> voxels)
    {
        foreach (ref float voxel in voxels) voxel = float.IsNaN(voxel) ? 0 : MathF.Truncate(Math.Clamp(voxel, int.MinValue, int.MaxValue));
    }

    /// <summary>Where the voxels of the result lie on an axis of the source.</summary>
    private static double[] Places(int from, int to)
    {
        double step = to > 1 ? (double)(from - 1) / (to - 1) : 1;
        return [.. Enumerable.Range(0, to).Select(k => Math.Clamp(k * step, 0, from - 1))];
    }

    private static int[] NearestOf(int from, int to) => [.. Places(from, to).Select(static place => (int)Math.Floor(place + 0.5))];

    private static void Nearest<T>(T[] source, Extent from, T[] result, Extent to, CancellationToken cancel)
        where T : unmanaged
    {
        int[] zs = NearestOf(from.Z, to.Z), ys = NearestOf(from.Y, to.Y), xs = NearestOf(from.X, to.X);
        ParallelLoop.ForEach(
            to.Z,
            z =>
            {
                for (int y = 0; y < to.Y; y++)
                {
                    ReadOnlySpan<T> row = source.AsSpan(((zs[z] * from.Y) + ys[y]) * from.X, from.X);
                    Span<T> into = result.AsSpan(((z * to.Y) + y) * to.X, to.X);
                    for (int x = 0; x < into.Length; x++) into[x] = row[xs[x]];
                }
            },
            cancel: cancel);
    }

    private static void Linear(Volume<float> volume, Extent to, float[] result, CancellationToken cancel)
    {
        Extent from = volume.Extent;
        Pair[] zs = Pair.Of(from.Z, to.Z), ys = Pair.Of(from.Y, to.Y), xs = Pair.Of(from.X, to.X);
        ParallelLoop.ForEach(
            to.Z,
            z =>
            {
                Pair pz = zs[z];
                for (int y = 0; y < to.Y; y++)
                {
                    Pair py = ys[y];
                    ReadOnlySpan<float> r00 = volume.Row(pz.First, py.First), r01 = volume.Row(pz.First, py.Second);
                    ReadOnlySpan<float> r10 = volume.Row(pz.Second, py.First), r11 = volume.Row(pz.Second, py.Second);
                    Span<float> into = result.AsSpan(((z * to.Y) + y) * to.X, to.X);
                    for (int x = 0; x < into.Length; x++)
                    {
                        // scipy's array is (x, y, z): weights are multiplied in this order, and z is the innermost of its sums.
                        Pair px = xs[x];
                        double sum = r00[px.First] * px.FirstWeight * py.FirstWeight * pz.FirstWeight;
                        sum += r10[px.First] * px.FirstWeight * py.FirstWeight * pz.SecondWeight;
                        sum += r01[px.First] * px.FirstWeight * py.SecondWeight * pz.FirstWeight;
                        sum += r11[px.First] * px.FirstWeight * py.SecondWeight * pz.SecondWeight;
                        sum += r00[px.Second] * px.SecondWeight * py.FirstWeight * pz.FirstWeight;
                        sum += r10[px.Second] * px.SecondWeight * py.FirstWeight * pz.SecondWeight;
                        sum += r01[px.Second] * px.SecondWeight * py.SecondWeight * pz.FirstWeight;
                        sum += r11[px.Second] * px.SecondWeight * py.SecondWeight * pz.SecondWeight;
                        into[x] = Single(sum);
                    }
                }
            },
            cancel: cancel);
    }

    /// <summary>The nearest float that has the same whole part: 41.99999999 must not become 42 before it is truncated.</summary>
    private static float Single(double value)
    {
        float nearest = (float)value;
        if (Math.Abs(nearest) <= Math.Abs(value) || Math.Truncate(nearest) == Math.Truncate(value)) return nearest;
        return value > 0 ? MathF.BitDecrement(nearest) : MathF.BitIncrement(nearest);
    }

    private static void Cubic(Volume<float> volume, Extent to, float[] result, CancellationToken cancel)
    {
        Extent from = volume.Extent;
        Extent padded = new(from.Z + (2 * Margin), from.Y + (2 * Margin), from.X + (2 * Margin));
        double[] coefficients = Coefficients(volume, padded, cancel);
        (int[] zStart, double[] zWeights) = CubicTaps(from.Z, to.Z);
        (int[] yStart, double[] yWeights) = CubicTaps(from.Y, to.Y);
        (int[] xStart, double[] xWeights) = CubicTaps(from.X, to.X);
        ParallelLoop.ForEach(
            to.Z,
            z =>
            {
                double[] row = new double[padded.X];
                for (int y = 0; y < to.Y; y++)
                {
                    Array.Clear(row);
                    for (int i = 0; i < 4; i++)
                    {
                        for (int j = 0; j < 4; j++)
                        {
                            double weight = zWeights[(4 * z) + i] * yWeights[(4 * y) + j];
                            ReadOnlySpan<double> source = coefficients.AsSpan((((zStart[z] + i) * padded.Y) + yStart[y] + j) * padded.X, padded.X);
                            for (int x = 0; x < row.Length; x++) row[x] += weight * source[x];
                        }
                    }

                    Span<float> into = result.AsSpan(((z * to.Y) + y) * to.X, to.X);
                    for (int x = 0; x < into.Length; x++)
                    {
                        double sum = 0;
                        for (int k = 0; k < 4; k++) sum += row[xStart[x] + k] * xWeights[(4 * x) + k];
                        into[x] = Single(sum);
                    }
                }
            },
            cancel: cancel);
    }

    /// <summary>The first of four coefficients of each voxel, in the padded axis, and their weights.</summary>
    private static (int[] Start, double[] Weights) CubicTaps(int from, int to)
    {
        double[] places = Places(from, to);
        int[] start = new int[to];
        double[] weights = new double[4 * to];
        for (int k = 0; k < to; k++)
        {
            double floor = Math.Floor(places[k]), y = places[k] - floor, z = 1 - y;
            start[k] = (int)floor - 1 + Margin;
            Span<double> w = weights.AsSpan(4 * k, 4);
            w[0] = z * z * z / 6;
            w[1] = ((y * y * (y - 2) * 3) + 4) / 6;
            w[2] = ((z * z * (z - 2) * 3) + 4) / 6;
            w[3] = 1 - w[0] - w[1] - w[2];
        }

        return (start, weights);
    }

    private static double[] Coefficients(Volume<float> volume, Extent padded, CancellationToken cancel)
    {
        double[] values = new double[padded.Count];
        Extent from = volume.Extent;
        ParallelLoop.ForEach(
            padded.Z,
            z =>
            {
                int sz = Math.Clamp(z - Margin, 0, from.Z - 1);
                for (int y = 0; y < padded.Y; y++)
                {
                    ReadOnlySpan<float> row = volume.Row(sz, Math.Clamp(y - Margin, 0, from.Y - 1));
                    Span<double> into = values.AsSpan(((z * padded.Y) + y) * padded.X, padded.X);
                    for (int x = 0; x < into.Length; x++) into[x] = row[Math.Clamp(x - Margin, 0, from.X - 1)];
                    Filter(into, into.Length, 1);
                }

                Span<double> slice = values.AsSpan(z * padded.SliceCount, padded.SliceCount);
                for (int x = 0; x < padded.X; x++) Filter(slice[x..], padded.Y, padded.X);
            },
            cancel: cancel);
        ParallelLoop.ForEach(
            padded.Y,
            y =>
            {
                for (int x = 0; x < padded.X; x++) Filter(values.AsSpan((y * padded.X) + x), padded.Z, padded.SliceCount);
            },
            cancel: cancel);
        return values;
    }

    /// <summary>Spline coefficients of a line that continues for ever with its first and its last value.</summary>
    private static void Filter(Span<double> line, int count, int step)
    {
        const double Gain = (1 - Pole) * (1 - (1 / Pole));
        double edge = line[(count - 1) * step];
        line[0] *= 1 / (1 - Pole); // the sum over all that lies before, powers of the pole
        for (int i = 1; i < count; i++) line[i * step] += Pole * line[(i - 1) * step];

        // Beyond the end the causal values run to s = e / (1 - p) by powers of the pole.
        double settled = edge / (1 - Pole), last = line[(count - 1) * step];
        line[(count - 1) * step] = -Pole * ((settled / (1 - Pole)) + ((last - settled) / (1 - (Pole * Pole))));
        for (int i = count - 2; i >= 0; i--) line[i * step] = Pole * (line[(i + 1) * step] - line[i * step]);
        for (int i = 0; i < count; i++) line[i * step] *= Gain;
    }

    /// <summary>The two voxels of an axis between which a voxel of the result lies, and how much each counts.</summary>
    private readonly record struct Pair(int First, int Second, double FirstWeight, double SecondWeight)
    {
        public static Pair[] Of(int from, int to) =>
        [
            .. Places(from, to).Select(place =>
            {
                int first = (int)Math.Floor(place);
                double weight = 1 - (place - first);
                return new Pair(first, Math.Min(first + 1, from - 1), weight, 1 - weight); // not the fraction itself, which may be a bit more
            }),
        ];
    }
}
