using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NnUNet.Imaging.Algorithms;

/// <summary>The inner loops of resampling: the axis that is resized runs over rows, a vector over the columns.</summary>
/// <remarks>A block of rows is given as a span, the distance between rows, and the number of columns that count.</remarks>
internal static class SplineKernels
{
    /// <summary>Columns that <see cref="Filter"/> works on at once.</summary>
    public static int GroupWidth => 2 * Vector<float>.Count;

    /// <summary>The pole of the cubic B-spline's recursive filter: sqrt(3) - 2.</summary>
    private const double Pole = -0.267949192431122706472553658494127633;

    /// <summary>Spline coefficients (without the gain) of a block of rows that continues unchanged beyond its ends.</summary>
    /// <param name="source">Rows of samples.</param>
    /// <param name="sourceStride">Distance between them.</param>
    /// <param name="count">Number of source rows.</param>
    /// <param name="coefficients">Receives <paramref name="count"/> + 2 x <see cref="AxisTaps.Margin"/> rows of <paramref name="width"/>, packed.</param>
    /// <param name="width">Columns.</param>
    /// <remarks>
    /// Equals scipy's filter of an edge-padded line (12 voxels of padding leave 1e-7 of the pole; here the padding is endless,
    /// in closed form). float is enough: the filter decays by a factor of 0.27 per step, so rounding does not add up.
    /// </remarks>
    public static void Filter(ReadOnlySpan<float> source, int sourceStride, int count, Span<float> coefficients, int width)
    {
        _ = source[((count - 1) * sourceStride) + width - 1];
        _ = coefficients[((count + (2 * AxisTaps.Margin)) * width) - 1];
        ref float from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(coefficients);
        int group = GroupWidth;
        if (width < group)
        {
            for (int column = 0; column < width; column++) FilterColumn(ref from, sourceStride, count, ref to, width, column);
            return;
        }

        int last = width - group;
        for (int column = 0; column < last; column += group) FilterGroup(ref from, sourceStride, count, ref to, width, column);
        FilterGroup(ref from, sourceStride, count, ref to, width, last);
    }

    /// <summary>The samples of a resized axis, each the weighted sum of its taps, held between two bounds.</summary>
    /// <param name="rows">Spline coefficients for order 3, values for orders 0 and 1.</param>
    /// <param name="stride">Distance between those rows.</param>
    /// <param name="taps">Where the samples come from.</param>
    /// <param name="result">Receives one row per sample.</param>
    /// <param name="resultStride">Distance between the result's rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="bounds">Smallest and largest value of the result; applied to order 3 only, because the others stay inside by themselves.</param>
    public static void Sample(ReadOnlySpan<float> rows, int stride, AxisTaps taps, Span<float> result, int resultStride, int width, Bounds bounds)
    {
        for (int k = 0; k < taps.To; k++)
        {
            Span<float> target = result.Slice(k * resultStride, width);
            int first = taps.First[k];
            switch (taps.Order)
            {
                case 0:
                    rows.Slice(first * stride, width).CopyTo(target);
                    break;
                case 1:
                    Blend(rows.Slice(first * stride, width), rows.Slice(taps.Second(k) * stride, width), taps.SecondWeight(k), target);
                    break;
                default:
                    Sum(rows[(first * stride)..], stride, taps.Weights.AsSpan(4 * k, 4), target, bounds);
                    break;
            }
        }
    }

    /// <summary>Element by element <c>a + weight * (b - a)</c>.</summary>
    public static void Blend(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float weight, Span<float> result)
    {
        if (weight == 0)
        {
            a.CopyTo(result);
            return;
        }

        int width = result.Length;
        ref float ra = ref MemoryMarshal.GetReference(a[..width]);
        ref float rb = ref MemoryMarshal.GetReference(b[..width]);
        ref float to = ref MemoryMarshal.GetReference(result);
        Vector<float> w = new(weight);
        int i = 0;
        for (; i <= width - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> va = Vector.LoadUnsafe(ref ra, (nuint)i);
            Vector.MultiplyAddEstimate(w, Vector.LoadUnsafe(ref rb, (nuint)i) - va, va).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < width; i++) result[i] = float.MultiplyAddEstimate(weight, b[i] - a[i], a[i]);
    }

    /// <summary>One row resized along itself with order 0 or 1.</summary>
    public static void ResizeRow(ReadOnlySpan<float> row, AxisTaps taps, Span<float> result)
    {
        ReadOnlySpan<int> first = taps.First;
        result = result[..first.Length];
        if (taps.Order == 0)
        {
            if (taps.IsIdentity) row[..result.Length].CopyTo(result);
            else for (int i = 0; i < result.Length; i++) result[i] = row[first[i]];
            return;
        }

        _ = row[taps.From - 1];
        ref float from = ref MemoryMarshal.GetReference(row);
        int k = taps.To >= taps.From && Vector256.IsHardwareAccelerated ? BlendGroups(ref from, taps, result) : 0;
        ReadOnlySpan<float> weights = taps.Weights;
        for (; k < result.Length && first[k] + 1 < taps.From; k++)
        {
            float a = Unsafe.Add(ref from, first[k]);
            float b = Unsafe.Add(ref from, first[k] + 1);
            result[k] = float.MultiplyAddEstimate(weights[k], b - a, a);
        }

        result[k..].Fill(row[taps.From - 1]);
    }

    /// <summary>Linear samples of a growing axis, a group at a time: its taps are picked out of one vector of the row and its neighbour.</summary>
    /// <returns>The first sample that is left to do, because its group's vectors would reach beyond the row.</returns>
    private static int BlendGroups(ref float row, AxisTaps taps, Span<float> result)
    {
        int[] first = taps.First;
        ref int relative = ref MemoryMarshal.GetArrayDataReference(taps.Relative);
        ref float weights = ref MemoryMarshal.GetArrayDataReference(taps.Weights);
        ref float to = ref MemoryMarshal.GetReference(result);
        int k = 0;
        for (; k <= first.Length - AxisTaps.GroupSize && first[k] + 1 + AxisTaps.GroupSize <= taps.From; k += AxisTaps.GroupSize)
        {
            Vector256<int> pick = Vector256.LoadUnsafe(ref relative, (nuint)k);
            Vector256<float> a = Vector256.ShuffleNative(Vector256.LoadUnsafe(ref row, (nuint)first[k]), pick);
            Vector256<float> b = Vector256.ShuffleNative(Vector256.LoadUnsafe(ref row, (nuint)first[k] + 1), pick);
            Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref weights, (nuint)k), b - a, a).StoreUnsafe(ref to, (nuint)k);
        }

        return k;
    }

    /// <summary>Turns rows into columns: <c>result[c, r] = source[r, c]</c>.</summary>
    public static void Transpose(ReadOnlySpan<float> source, int sourceStride, int rows, int columns, Span<float> result, int resultStride)
    {
        const int Tile = 8;
        _ = source[((rows - 1) * sourceStride) + columns - 1];
        _ = result[((columns - 1) * resultStride) + rows - 1];
        ref float from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(result);
        for (int c0 = 0; c0 < columns; c0 += Tile)
        {
            int c1 = Math.Min(c0 + Tile, columns);
            for (int r = 0; r < rows; r++)
            {
                for (int c = c0; c < c1; c++)
                {
                    Unsafe.Add(ref to, (c * resultStride) + r) = Unsafe.Add(ref from, (r * sourceStride) + c);
                }
            }
        }
    }

    private static void Sum(ReadOnlySpan<float> rows, int stride, ReadOnlySpan<float> weights, Span<float> result, Bounds bounds)
    {
        int width = result.Length;
        ReadOnlySpan<float> s0 = rows[..width], s1 = rows.Slice(stride, width), s2 = rows.Slice(2 * stride, width), s3 = rows.Slice(3 * stride, width);
        ref float r0 = ref MemoryMarshal.GetReference(s0);
        ref float r1 = ref MemoryMarshal.GetReference(s1);
        ref float r2 = ref MemoryMarshal.GetReference(s2);
        ref float r3 = ref MemoryMarshal.GetReference(s3);
        ref float to = ref MemoryMarshal.GetReference(result);
        Vector<float> w0 = new(weights[0]), w1 = new(weights[1]), w2 = new(weights[2]), w3 = new(weights[3]);
        Vector<float> low = new(bounds.Low), high = new(bounds.High);
        int i = 0;
        for (; i <= width - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> sum = Vector.LoadUnsafe(ref r0, (nuint)i) * w0;
            sum = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref r1, (nuint)i), w1, sum);
            sum = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref r2, (nuint)i), w2, sum);
            sum = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref r3, (nuint)i), w3, sum);
            Vector.MinNative(Vector.MaxNative(sum, low), high).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < width; i++)
        {
            float sum = (s0[i] * weights[0]) + (s1[i] * weights[1]) + (s2[i] * weights[2]) + (s3[i] * weights[3]);
            result[i] = MathF.Min(MathF.Max(sum, bounds.Low), bounds.High);
        }
    }

    private static void FilterGroup(ref float source, int stride, int count, ref float coefficients, int width, int column)
    {
        Vector<float> pole = new((float)Pole);
        ref float from = ref Unsafe.Add(ref source, column);
        ref float to = ref Unsafe.Add(ref coefficients, column);
        nuint half = (nuint)Vector<float>.Count;

        // Left of the source everything equals its first row, and the causal filter has settled.
        Vector<float> a = Vector.LoadUnsafe(ref from) * (float)(1 / (1 - Pole));
        Vector<float> b = Vector.LoadUnsafe(ref from, half) * (float)(1 / (1 - Pole));
        int row = 0;
        for (; row <= AxisTaps.Margin; row++, to = ref Unsafe.Add(ref to, width))
        {
            a.StoreUnsafe(ref to);
            b.StoreUnsafe(ref to, half);
        }

        for (int i = 1; i < count; i++, to = ref Unsafe.Add(ref to, width))
        {
            from = ref Unsafe.Add(ref from, stride);
            a = Vector.MultiplyAddEstimate(a, pole, Vector.LoadUnsafe(ref from));
            b = Vector.MultiplyAddEstimate(b, pole, Vector.LoadUnsafe(ref from, half));
            a.StoreUnsafe(ref to);
            b.StoreUnsafe(ref to, half);
        }

        Vector<float> edgeA = Vector.LoadUnsafe(ref from), edgeB = Vector.LoadUnsafe(ref from, half);
        for (int i = 0; i < AxisTaps.Margin; i++, to = ref Unsafe.Add(ref to, width))
        {
            a = Vector.MultiplyAddEstimate(a, pole, edgeA);
            b = Vector.MultiplyAddEstimate(b, pole, edgeB);
            a.StoreUnsafe(ref to);
            b.StoreUnsafe(ref to, half);
        }

        a = (a * (float)LastOfCausal) + (edgeA * (float)LastOfEdge);
        b = (b * (float)LastOfCausal) + (edgeB * (float)LastOfEdge);
        to = ref Unsafe.Subtract(ref to, width);
        a.StoreUnsafe(ref to);
        b.StoreUnsafe(ref to, half);
        for (int i = count + (2 * AxisTaps.Margin) - 2; i >= 0; i--)
        {
            to = ref Unsafe.Subtract(ref to, width);
            a = pole * (a - Vector.LoadUnsafe(ref to));
            b = pole * (b - Vector.LoadUnsafe(ref to, half));
            a.StoreUnsafe(ref to);
            b.StoreUnsafe(ref to, half);
        }
    }

    private static void FilterColumn(ref float source, int stride, int count, ref float coefficients, int width, int column)
    {
        int rows = count + (2 * AxisTaps.Margin);
        float first = Unsafe.Add(ref source, column);
        float edge = Unsafe.Add(ref source, ((count - 1) * stride) + column);
        double value = first / (1 - Pole);
        for (int row = 0; row < rows; row++)
        {
            int i = row - AxisTaps.Margin;
            float sample = i <= 0 ? first : i >= count ? edge : Unsafe.Add(ref source, (i * stride) + column);
            if (i > 0) value = (value * Pole) + sample;
            Unsafe.Add(ref coefficients, (row * width) + column) = (float)value;
        }

        value = (value * LastOfCausal) + (edge * LastOfEdge);
        Unsafe.Add(ref coefficients, ((rows - 1) * width) + column) = (float)value;
        for (int row = rows - 2; row >= 0; row--)
        {
            value = Pole * (value - Unsafe.Add(ref coefficients, (row * width) + column));
            Unsafe.Add(ref coefficients, (row * width) + column) = (float)value;
        }
    }

    // Right of the source everything equals its last row e, so the causal values run to e / (1 - p) by powers of the pole p.
    // The anticausal filter's start is the sum over all of them: -p * (s / (1 - p) + (c - s) / (1 - p^2)) with s = e / (1 - p).
    private const double LastOfCausal = -Pole / (1 - (Pole * Pole));
    private const double LastOfEdge = -Pole * ((1 / (1 - Pole)) - (1 / (1 - (Pole * Pole)))) / (1 - Pole);
}
