using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Algorithms;

/// <summary>What a filter sees beyond the border.</summary>
public enum FilterBorder
{
    /// <summary>Zeros: scipy's mode "constant" with cval 0.</summary>
    Zero,

    /// <summary>The outermost voxel again and again: scipy's mode "nearest".</summary>
    Nearest,

    /// <summary>The mirror image that begins with the outermost voxel (b a | a b): scipy's mode "reflect".</summary>
    Reflect,
}

/// <summary>Smooths volumes (z, y, x) with a Gaussian that is cut off at 4 standard deviations.</summary>
/// <remarks>
/// Equal to scipy.ndimage.gaussian_filter (order 0, truncate 4) of float32 data, but for its sums in double. Works axis by axis in place.
/// </remarks>
public static class GaussianFilter
{
    private const double Truncate = 4;

    /// <summary>Columns that are smoothed together.</summary>
    private const int ChunkWidth = 256;

    /// <summary>Smooths a volume in place.</summary>
    /// <param name="data">The voxels.</param>
    /// <param name="extent">Voxel counts.</param>
    /// <param name="sigma">Standard deviations in voxels along z, y, x; 0 leaves an axis as it is.</param>
    /// <param name="border">What lies beyond the border.</param>
    /// <param name="degree">Threads at most; 1 stays on the caller's, 0 means the default.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">The data do not have the extent's voxels, or a standard deviation is negative.</exception>
    public static unsafe void Apply(
        Span<float> data, Extent extent, (double Z, double Y, double X) sigma, FilterBorder border, int degree = 1, CancellationToken cancel = default)
    {
        if (data.Length != extent.Count) throw new ArgumentException($"{data.Length} voxels are given, but {extent} has {extent.Count}", nameof(data));
        fixed (float* start = data)
        {
            FloatMemory memory = new(start, data.Length);
            if (sigma.Z != 0) AlongZ(memory, extent, new Kernel(sigma.Z, extent.Z, border), degree, cancel);
            Kernel? y = sigma.Y == 0 ? null : new Kernel(sigma.Y, extent.Y, border);
            Kernel? x = sigma.X == 0 ? null : new Kernel(sigma.X, extent.X, border);
            if (y is null && x is null) return;
            ParallelLoop.ForEach(extent.Z, z => Slice(memory.Slice((long)z * extent.SliceCount, extent.SliceCount), extent, y, x), degree, cancel);
        }
    }

    private static void AlongZ(FloatMemory data, Extent extent, Kernel kernel, int degree, CancellationToken cancel)
    {
        int plane = extent.SliceCount;
        ParallelLoop.ForEach(
            ((plane - 1) / ChunkWidth) + 1,
            chunk =>
            {
                int start = chunk * ChunkWidth;
                Columns(data.From(start), plane, Math.Min(ChunkWidth, plane - start), kernel);
            },
            degree,
            cancel);
    }

    private static void Slice(Span<float> slice, Extent extent, Kernel? y, Kernel? x)
    {
        for (int start = 0; y is not null && start < extent.X; start += ChunkWidth) Columns(slice[start..], extent.X, Math.Min(ChunkWidth, extent.X - start), y);
        if (x is not null) Rows(slice, extent.X, x);
    }

    /// <summary>Smooths along the rows' order: every row becomes a weighted sum of rows.</summary>
    private static void Columns(Span<float> data, int stride, int width, Kernel kernel)
    {
        float[] rented = ArrayPool<float>.Shared.Rent((kernel.Length + 1) * width);
        for (int row = 0; row < kernel.Length; row++) data.Slice(row * stride, width).CopyTo(rented.AsSpan(row * width));
        rented.AsSpan(kernel.Length * width, width).Clear();
        Span<int> before = stackalloc int[kernel.Radius], after = stackalloc int[kernel.Radius];
        for (int row = 0; row < kernel.Length; row++)
        {
            for (int k = 1; k <= kernel.Radius; k++)
            {
                before[k - 1] = kernel.Position(row - k) * width;
                after[k - 1] = kernel.Position(row + k) * width;
            }

            Accumulate(rented, row * width, before, after, kernel, data.Slice(row * stride, width));
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>Smooths every row along itself.</summary>
    private static void Rows(Span<float> data, int width, Kernel kernel)
    {
        int radius = kernel.Radius;
        float[] rented = ArrayPool<float>.Shared.Rent(width + (2 * radius));
        Span<int> before = stackalloc int[radius], after = stackalloc int[radius];
        for (int k = 1; k <= radius; k++) (before[k - 1], after[k - 1]) = (radius - k, radius + k);
        for (int start = 0; start < data.Length; start += width)
        {
            Span<float> row = data.Slice(start, width);
            row.CopyTo(rented.AsSpan(radius));
            for (int k = 1; k <= radius; k++)
            {
                int left = kernel.Position(-k), right = kernel.Position(width - 1 + k);
                rented[radius - k] = left == width ? 0 : row[left];
                rented[radius + width - 1 + k] = right == width ? 0 : row[right];
            }

            Accumulate(rented, radius, before, after, kernel, row);
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>The weighted sum of stretches of <paramref name="values"/> that begin at the given places; each pair has one weight.</summary>
    private static void Accumulate(ReadOnlySpan<float> values, int centre, ReadOnlySpan<int> before, ReadOnlySpan<int> after, Kernel kernel, Span<float> result)
    {
        int width = result.Length;
        float middle = kernel.Weights[0];
        ReadOnlySpan<float> weights = kernel.Weights.AsSpan(1, before.Length);
        foreach (int start in before) _ = values.Slice(start, width);
        foreach (int start in after) _ = values.Slice(start, width);
        ref float from = ref MemoryMarshal.GetReference(values);
        ref float to = ref MemoryMarshal.GetReference(result);
        int i = 0;
        for (; i <= width - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> sum = Vector.LoadUnsafe(ref from, (nuint)(centre + i)) * middle;
            for (int k = 0; k < weights.Length; k++)
            {
                Vector<float> pair = Vector.LoadUnsafe(ref from, (nuint)(before[k] + i)) + Vector.LoadUnsafe(ref from, (nuint)(after[k] + i));
                sum = Vector.MultiplyAddEstimate(pair, new Vector<float>(weights[k]), sum);
            }

            sum.StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < width; i++)
        {
            float sum = values[centre + i] * middle;
            for (int k = 0; k < weights.Length; k++) sum += (values[before[k] + i] + values[after[k] + i]) * weights[k];
            result[i] = sum;
        }
    }

    /// <summary>The weights of one axis, from the middle outwards, and what lies beyond its border.</summary>
    private sealed class Kernel
    {
        private readonly FilterBorder _border;

        public Kernel(double sigma, int length, FilterBorder border)
        {
            if (!(sigma > 0) || double.IsInfinity(sigma)) throw new ArgumentException($"a standard deviation of {sigma} voxels is not possible", nameof(sigma));
            _border = border;
            Length = length;
            Radius = (int)((Truncate * sigma) + 0.5);
            double[] weights = [.. Enumerable.Range(0, Radius + 1).Select(k => Math.Exp(-0.5 * k * k / (sigma * sigma)))];
            double sum = (2 * weights.Sum()) - weights[0];
            Weights = Array.ConvertAll(weights, w => (float)(w / sum));
        }

        public int Length { get; }

        public int Radius { get; }

        public float[] Weights { get; }

        /// <summary>The position that stands for one beyond the border; <see cref="Length"/> for a zero.</summary>
        public int Position(int at)
        {
            if (at >= 0 && at < Length) return at;
            switch (_border)
            {
                case FilterBorder.Zero:
                    return Length;
                case FilterBorder.Nearest:
                    return Math.Clamp(at, 0, Length - 1);
                default:
                    int period = 2 * Length;
                    int folded = ((at % period) + period) % period;
                    return folded < Length ? folded : period - 1 - folded;
            }
        }
    }
}
