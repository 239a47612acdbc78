using System.Buffers;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Algorithms;

/// <summary>Passes over a volume (z, y, x) that each resize one axis, with small scratch memory, on several threads.</summary>
internal static class AxisPasses
{
    /// <summary>Rows of a plane that are turned into columns together, so that a vector runs over them.</summary>
    private static int PanelRows => Math.Max(16, SplineKernels.GroupWidth);

    /// <summary>Values of scratch memory that stay in a core's second-level cache.</summary>
    private const int CacheValues = 48 * 1024;

    /// <summary>Resizes along z. <paramref name="source"/> and <paramref name="result"/> may begin at the same place.</summary>
    public static void AlongZ(FloatMemory source, Extent from, FloatMemory result, AxisTaps taps, Bounds bounds, int degree, CancellationToken cancel)
    {
        int plane = from.SliceCount;
        int width = ChunkWidth(from.Z, plane);
        ParallelLoop.ForEach(
            ((plane - 1) / width) + 1,
            chunk =>
            {
                int start = chunk * width;
                int columns = Math.Min(width, plane - start);
                Columns(source.From(start), plane, result.From(start), plane, columns, taps, bounds);
            },
            degree,
            cancel);
    }

    /// <summary>Resizes slices along y and x, in the order that is less work.</summary>
    /// <param name="source">Slices of y.From rows of x.From values.</param>
    /// <param name="slices">Which source slice each slice of the result comes from.</param>
    /// <param name="result">Receives slices of y.To rows of x.To values.</param>
    /// <param name="y">The rows' taps.</param>
    /// <param name="x">The columns' taps.</param>
    /// <param name="boundsOfSlice">The range of a slice, by its number in the source.</param>
    /// <param name="degree">Threads at most; 0 means the default.</param>
    /// <param name="cancel">Stops between slices.</param>
    public static void InPlane(
        FloatMemory source, int[] slices, FloatMemory result, AxisTaps y, AxisTaps x, Func<int, Bounds> boundsOfSlice, int degree, CancellationToken cancel)
    {
        int sourcePlane = y.From * x.From, resultPlane = y.To * x.To;
        if (slices.Length >= (degree > 0 ? degree : ParallelLoop.DefaultDegree))
        {
            ParallelLoop.ForEach(
                slices.Length,
                z => Plane(source.Slice((long)slices[z] * sourcePlane, sourcePlane), result.Slice((long)z * resultPlane, resultPlane), y, x, boundsOfSlice(slices[z])),
                degree,
                cancel);
            return;
        }

        for (int z = 0; z < slices.Length; z++)
        {
            WidePlane(source.At((long)slices[z] * sourcePlane), result.At((long)z * resultPlane), y, x, boundsOfSlice(slices[z]), degree, cancel);
        }
    }

    /// <summary>One slice on the caller's thread.</summary>
    private static void Plane(ReadOnlySpan<float> source, Span<float> result, AxisTaps y, AxisTaps x, Bounds bounds)
    {
        if (y.IsIdentity)
        {
            Rows(source, result, y.From, x, bounds);
            return;
        }

        if (x.IsIdentity)
        {
            Columns(source, x.From, result, x.To, x.To, y, bounds);
            return;
        }

        bool yFirst = YFirst(y, x);
        int count = yFirst ? y.To * x.From : y.From * x.To;
        float[] rented = ArrayPool<float>.Shared.Rent(count);
        if (yFirst)
        {
            Columns(source, x.From, rented, x.From, x.From, y, Bounds.None);
            Rows(rented, result, y.To, x, bounds);
        }
        else
        {
            Rows(source, rented, y.From, x, Bounds.None);
            Columns(rented, x.To, result, x.To, x.To, y, bounds);
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>One slice on all threads: for images of few slices.</summary>
    private static void WidePlane(FloatMemory source, FloatMemory result, AxisTaps y, AxisTaps x, Bounds bounds, int degree, CancellationToken cancel)
    {
        bool yFirst = YFirst(y, x);
        if (x.IsIdentity)
        {
            AlongZ(source, new Extent(y.From, 1, x.From), result, y, bounds, degree, cancel);
        }
        else if (y.IsIdentity)
        {
            WideRows(source, result, y.From, x, bounds, degree, cancel);
        }
        else
        {
            using FloatBuffer middle = new((long)(yFirst ? y.To : y.From) * (yFirst ? x.From : x.To));
            if (yFirst) AlongZ(source, new Extent(y.From, 1, x.From), middle.Memory, y, Bounds.None, degree, cancel);
            else WideRows(source, middle.Memory, y.From, x, Bounds.None, degree, cancel);
            if (yFirst) WideRows(middle.Memory, result, y.To, x, bounds, degree, cancel);
            else AlongZ(middle.Memory, new Extent(y.From, 1, x.To), result, y, bounds, degree, cancel);
        }
    }

    private static void WideRows(FloatMemory source, FloatMemory result, int rows, AxisTaps x, Bounds bounds, int degree, CancellationToken cancel) =>
        ParallelLoop.ForEach(
            ((rows - 1) / PanelRows) + 1,
            panel =>
            {
                int start = panel * PanelRows;
                int count = Math.Min(PanelRows, rows - start);
                Rows(source.Slice((long)start * x.From, count * x.From), result.Slice((long)start * x.To, count * x.To), count, x, bounds);
            },
            degree,
            cancel);

    private static bool YFirst(AxisTaps y, AxisTaps x) => (long)y.To * x.From <= (long)y.From * x.To;

    private static int ChunkWidth(int rows, int columns)
    {
        int group = SplineKernels.GroupWidth;
        int width = Math.Clamp(CacheValues / (rows + (2 * AxisTaps.Margin)), 2 * group, 512);
        return Math.Min(width / group * group, columns);
    }

    /// <summary>Resizes columns: <paramref name="taps"/> runs over rows.</summary>
    private static void Columns(ReadOnlySpan<float> source, int sourceStride, Span<float> result, int resultStride, int columns, AxisTaps taps, Bounds bounds)
    {
        int width = ChunkWidth(taps.From, columns);
        float[] rented = ArrayPool<float>.Shared.Rent((taps.From + (2 * AxisTaps.Margin)) * width);
        for (int start = 0; start < columns; start += width)
        {
            int count = Math.Min(width, columns - start);
            if (taps.Order == 3) SplineKernels.Filter(source[start..], sourceStride, taps.From, rented, count);
            else for (int row = 0; row < taps.From; row++) source.Slice((row * sourceStride) + start, count).CopyTo(rented.AsSpan(row * count));
            SplineKernels.Sample(rented, count, taps, result[start..], resultStride, count, bounds);
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>Resizes each of several packed rows along itself.</summary>
    private static void Rows(ReadOnlySpan<float> source, Span<float> result, int rows, AxisTaps taps, Bounds bounds)
    {
        if (taps.Order != 3)
        {
            for (int row = 0; row < rows; row++) SplineKernels.ResizeRow(source.Slice(row * taps.From, taps.From), taps, result.Slice(row * taps.To, taps.To));
            return;
        }

        int longest = Math.Max(taps.From, taps.To) * PanelRows;
        float[] rented = ArrayPool<float>.Shared.Rent(longest + ((taps.From + (2 * AxisTaps.Margin)) * PanelRows));
        Span<float> turned = rented.AsSpan(0, longest), coefficients = rented.AsSpan(longest);
        for (int start = 0; start < rows; start += PanelRows)
        {
            int count = Math.Min(PanelRows, rows - start);
            SplineKernels.Transpose(source[(start * taps.From)..], taps.From, count, taps.From, turned, PanelRows);
            SplineKernels.Filter(turned, PanelRows, taps.From, coefficients, PanelRows);
            SplineKernels.Sample(coefficients, PanelRows, taps, turned, PanelRows, PanelRows, bounds);
            SplineKernels.Transpose(turned, PanelRows, taps.To, count, result[(start * taps.To)..], taps.To);
        }

        ArrayPool<float>.Shared.Return(rented);
    }
}
