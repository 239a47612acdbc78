namespace NnUNet.Imaging.Tests.Algorithms;

/// <summary>The plain scalar twin of the resampling: double, one line after the other, explicit padding, no thought for speed.</summary>
/// <remarks>
/// scipy 1.10: zoom(grid_mode=True, mode="nearest") pads by 12 for order 3, filters with the half-sample symmetric start and
/// interpolates in the padded line at zoom * (k + 0.5) - 0.5; skimage 0.19 clips to the input's range.
/// </remarks>
internal static class ResamplingReference
{
    private const int Padding = 12;

    public static float[] Resize(float[] data, Extent from, Extent to, int order)
    {
        if (from == to) return [.. data];
        double[] values = Array.ConvertAll(data, static v => (double)v);
        Extent extent = from;
        for (int axis = 0; axis < 3; axis++) (values, extent) = (Along(values, extent, axis, to[axis], order), extent.With(axis, to[axis]));
        double low = data.Min(), high = data.Max();
        return Array.ConvertAll(values, v => (float)Math.Clamp(v, low, high));
    }

    public static float[] Resample(float[] data, Extent from, Extent to, int axis, int order, int orderZ)
    {
        if (from == to) return [.. data];
        Extent slice = from.With(axis, 1), resizedSlice = to.With(axis, 1), middle = to.With(axis, from[axis]);
        double[] values = new double[middle.Count];
        for (int k = 0; k < from[axis]; k++)
        {
            float[] resized = Resize(Take(data, from, axis, k), slice, resizedSlice, order);
            Put(resized, values, middle, axis, k);
        }

        return Array.ConvertAll(Along(values, middle, axis, to[axis], orderZ), static v => (float)v);
    }

    public static short[] ResizeLabels(short[] labels, Extent from, Extent to, int order)
    {
        if (order == 0) return Array.ConvertAll(Resize(Array.ConvertAll(labels, static l => (float)l), from, to, 0), static v => (short)v);
        short[] result = new short[to.Count];
        foreach (short label in labels.Distinct().Order())
        {
            float[] mask = Resize(Array.ConvertAll(labels, l => l == label ? 1f : 0f), from, to, order);
            for (int i = 0; i < result.Length; i++) result[i] = mask[i] >= 0.5f ? label : result[i];
        }

        return result;
    }

    public static short[] ResampleLabels(short[] labels, Extent from, Extent to, int axis, int order, int orderZ)
    {
        if (from == to) return [.. labels];
        Extent slice = from.With(axis, 1), resizedSlice = to.With(axis, 1), middleExtent = to.With(axis, from[axis]);
        short[] middle = new short[middleExtent.Count];
        for (int k = 0; k < from[axis]; k++) Put(ResizeLabels(Take(labels, from, axis, k), slice, resizedSlice, order), middle, middleExtent, axis, k);
        if (from[axis] == to[axis]) return middle;
        if (orderZ == 0) return Array.ConvertAll(Along(Array.ConvertAll(middle, static l => (double)l), middleExtent, axis, to[axis], 0), static v => (short)v);

        short[] result = new short[to.Count];
        foreach (short label in middle.Distinct().Order())
        {
            double[] mask = Along(Array.ConvertAll(middle, l => l == label ? 1.0 : 0.0), middleExtent, axis, to[axis], orderZ);
            for (int i = 0; i < result.Length; i++) result[i] = Math.Round(mask[i]) > 0.5 ? label : result[i];
        }

        return result;
    }

    private static double[] Along(double[] values, Extent from, int axis, int count, int order)
    {
        Extent to = from.With(axis, count);
        double[] result = new double[to.Count];
        int step = axis == 0 ? from.SliceCount : axis == 1 ? from.X : 1;
        int outer = (int)(from.Count / from[axis] / step);
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < step; i++)
            {
                double[] line = [.. Enumerable.Range(0, from[axis]).Select(k => values[(((o * from[axis]) + k) * step) + i])];
                double[] resized = Line(line, count, order);
                for (int k = 0; k < count; k++) result[(((o * count) + k) * step) + i] = resized[k];
            }
        }

        return result;
    }

    private static double[] Line(double[] line, int count, int order)
    {
        int n = line.Length;
        double zoom = (double)n / count;
        double[] padded = [.. Enumerable.Range(-Padding, n + (2 * Padding)).Select(i => line[Math.Clamp(i, 0, n - 1)])];
        if (order == 3) Prefilter(padded);
        double[] result = new double[count];
        for (int k = 0; k < count; k++)
        {
            double at = ((k + 0.5) * zoom) - 0.5 + Padding;
            int start = order == 0 ? (int)Math.Floor(at + 0.5) : (int)Math.Floor(at) - (order / 2);
            for (int tap = 0; tap <= order; tap++) result[k] += padded[start + tap] * Weight(order, at - (start + tap));
        }

        return result;
    }

    /// <summary>The B-spline's value.</summary>
    private static double Weight(int order, double distance)
    {
        double d = Math.Abs(distance);
        return order switch
        {
            0 => 1,
            1 => 1 - d,
            _ => d < 1 ? (2.0 / 3) - (d * d) + (d * d * d / 2) : Math.Pow(2 - d, 3) / 6,
        };
    }

    private static void Prefilter(double[] c)
    {
        double z = Math.Sqrt(3) - 2;
        int n = c.Length;
        for (int i = 0; i < n; i++) c[i] *= 6;
        double start = 0;
        for (int i = 0; i < n; i++) start += Math.Pow(z, i + 1) * c[i];
        for (int i = 0; i < n; i++) start += Math.Pow(z, n + i + 1) * c[n - 1 - i];
        c[0] += start / (1 - Math.Pow(z, 2 * n));
        for (int i = 1; i < n; i++) c[i] += z * c[i - 1];
        c[n - 1] *= z / (z - 1);
        for (int i = n - 2; i >= 0; i--) c[i] = z * (c[i + 1] - c[i]);
    }

    private static T[] Take<T>(T[] values, Extent extent, int axis, int at) =>
        [.. values.Where((_, i) => Position(i, extent)[axis] == at)];

    private static void Put<TFrom, TTo>(TFrom[] slice, TTo[] values, Extent extent, int axis, int at)
    {
        int next = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (Position(i, extent)[axis] == at) values[i] = (TTo)Convert.ChangeType(slice[next++], typeof(TTo), System.Globalization.CultureInfo.InvariantCulture)!;
        }
    }

    private static int[] Position(int index, Extent extent) => [index / extent.SliceCount, index / extent.X % extent.Y, index % extent.X];
}
