using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation;

/// <summary>
/// Coefficients of the cubic B-spline through an image's voxels, with one mirrored neighbour before and two after along
/// each axis, so that sampling needs no border cases. Slice-wise, every slice is a spline of its own and z has no border.
/// </summary>
/// <remarks>Source of the recursion: Unser, Aldroubi, Eden 1993; the border is scipy.ndimage.spline_filter(mode="mirror").</remarks>
internal readonly ref struct SplineCoefficients
{
    private const int Before = 1;
    private const int After = 2;
    private const int LinesAtOnce = 8;

    /// <summary>Terms after which the start of the recursion is exact to double precision (pole^32 is 5e-19).</summary>
    private const int Horizon = 32;

    private static readonly double Pole = Math.Sqrt(3) - 2;

    private SplineCoefficients(Span<float> values, int rowStride, int sliceStride)
    {
        Values = values;
        RowStride = rowStride;
        SliceStride = sliceStride;
    }

    /// <summary>Coefficients: those of voxel (z, y, x)'s neighbours from -1 to 2 start at z, y, x times the strides.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>Elements from a row to the next.</summary>
    public int RowStride { get; }

    /// <summary>Elements from a slice to the next.</summary>
    public int SliceStride { get; }

    /// <summary>Computes the coefficients of one channel.</summary>
    public static SplineCoefficients Compute(ReadOnlySpan<float> voxels, Extent extent, bool sliceWise, SplineScratch scratch)
    {
        int rowStride = (extent.X + Before + After + LinesAtOnce - 1) / LinesAtOnce * LinesAtOnce;
        int sliceStride = checked((extent.Y + Before + After) * rowStride);
        int border = sliceWise ? 0 : Before;
        int slices = sliceWise ? extent.Z : extent.Z + Before + After;
        Span<float> values = scratch.Values(checked(slices * sliceStride));
        Span<bool> filled = scratch.Filled(extent.Z);

        // Each filtered axis has gain 6; axes of one voxel are not filtered.
        float gain = (extent.X > 1 ? 6 : 1) * (extent.Y > 1 ? 6 : 1) * (extent.Z > 1 && !sliceWise ? 6 : 1);
        CopyAndFilterRows(voxels, extent, gain, values, border, rowStride, sliceStride, scratch, filled);
        for (int z = 0; z < extent.Z; z++)
        {
            Span<float> slice = values.Slice((z + border) * sliceStride, sliceStride);
            if (filled[z]) FilterColumns(slice[(Before * rowStride)..], extent.Y, rowStride, rowStride);
            else slice.Clear();
        }

        if (!sliceWise)
        {
            for (int y = 0; y < extent.Y; y++)
            {
                FilterColumns(values[(sliceStride + ((y + Before) * rowStride))..], extent.Z, sliceStride, rowStride);
            }
        }

        for (int z = border; z < extent.Z + border; z++) MirrorSlice(values.Slice(z * sliceStride, sliceStride), extent, rowStride);
        if (!sliceWise) MirrorBlocks(values, extent.Z, sliceStride);
        return new SplineCoefficients(values, rowStride, sliceStride);
    }

    /// <summary>Filters lines that stand beside each other, in place: line c consists of elements c, c + stride, ….</summary>
    /// <param name="values">From the first line's first element on.</param>
    /// <param name="length">Elements of a line.</param>
    /// <param name="stride">From an element of a line to its next.</param>
    /// <param name="lines">Number of lines; a multiple of 8.</param>
    internal static void FilterColumns(Span<float> values, int length, int stride, int lines)
    {
        if (length < 2) return;

        if (values.Length < ((length - 1) * stride) + lines) throw new ArgumentException("the lines do not fit", nameof(values));

        ref float first = ref MemoryMarshal.GetReference(values);
        Span<float> start = stackalloc float[Math.Min(length, Horizon)];
        StartWeights(start, length);
        Vector256<float> pole = Vector256.Create((float)Pole);
        Vector256<float> endGain = Vector256.Create((float)(Pole / ((Pole * Pole) - 1)));
        for (int c = 0; c < lines; c += Vector256<float>.Count)
        {
            ref float line = ref Unsafe.Add(ref first, c);
            Vector256<float> previous = Vector256<float>.Zero;
            for (int i = 0; i < start.Length; i++) previous += Vector256.LoadUnsafe(ref Unsafe.Add(ref line, i * (nint)stride)) * start[i];
            previous.StoreUnsafe(ref line);
            Vector256<float> beforeLast = previous;
            for (int i = 1; i < length; i++)
            {
                ref float at = ref Unsafe.Add(ref line, i * (nint)stride);
                beforeLast = previous;
                previous = Vector256.FusedMultiplyAdd(pole, previous, Vector256.LoadUnsafe(ref at));
                previous.StoreUnsafe(ref at);
            }

            previous = endGain * Vector256.FusedMultiplyAdd(pole, beforeLast, previous);
            previous.StoreUnsafe(ref Unsafe.Add(ref line, (length - 1) * (nint)stride));
            for (int i = length - 2; i >= 0; i--)
            {
                ref float at = ref Unsafe.Add(ref line, i * (nint)stride);
                previous = pole * (previous - Vector256.LoadUnsafe(ref at));
                previous.StoreUnsafe(ref at);
            }
        }
    }

    /// <summary>Weights of a mirrored line's elements in the recursion's first value.</summary>
    private static void StartWeights(Span<float> weights, int length)
    {
        bool wholePeriod = length <= Horizon;
        double scale = wholePeriod ? 1 / (1 - Math.Pow(Pole, (2 * length) - 2)) : 1;
        for (int i = 0; i < weights.Length; i++)
        {
            double weight = Math.Pow(Pole, i);
            if (wholePeriod && i > 0 && i < length - 1) weight += Math.Pow(Pole, (2 * length) - 2 - i);
            weights[i] = (float)(weight * scale);
        }
    }

    /// <summary>Copies rows with the gain and filters them along x, eight at a time; rows of zeros (padding) stay zeros.</summary>
    private static void CopyAndFilterRows(
        ReadOnlySpan<float> voxels, Extent extent, float gain, Span<float> values, int border, int rowStride, int sliceStride, SplineScratch scratch, Span<bool> filled)
    {
        Span<float> lines = scratch.Lines(extent.X * LinesAtOnce);
        Span<int> targets = stackalloc int[LinesAtOnce];
        int waiting = 0;
        lines.Clear();
        filled.Clear();
        for (int z = 0; z < extent.Z; z++)
        {
            for (int y = 0; y < extent.Y; y++)
            {
                ReadOnlySpan<float> row = voxels.Slice(((z * extent.Y) + y) * extent.X, extent.X);
                int target = ((z + border) * sliceStride) + ((y + Before) * rowStride);
                values.Slice(target, rowStride).Clear();
                if (!row.ContainsAnyExcept(0f)) continue;

                filled[z] = true;
                targets[waiting] = target + Before;
                for (int x = 0; x < row.Length; x++) lines[(x * LinesAtOnce) + waiting] = row[x] * gain;
                if (++waiting < LinesAtOnce) continue;

                WriteFiltered(lines, extent.X, targets, values);
                waiting = 0;
            }
        }

        WriteFiltered(lines, extent.X, targets[..waiting], values);
    }

    private static void WriteFiltered(Span<float> lines, int length, ReadOnlySpan<int> targets, Span<float> values)
    {
        if (targets.IsEmpty) return;

        FilterColumns(lines, length, LinesAtOnce, LinesAtOnce);
        for (int i = 0; i < targets.Length; i++)
        {
            Span<float> row = values.Slice(targets[i], length);
            for (int x = 0; x < row.Length; x++) row[x] = lines[(x * LinesAtOnce) + i];
        }
    }

    private static void MirrorSlice(Span<float> slice, Extent extent, int rowStride)
    {
        for (int y = Before; y < extent.Y + Before; y++)
        {
            Span<float> row = slice.Slice(y * rowStride, rowStride);
            row[0] = row[Before + Mirrored(-1, extent.X)];
            row[Before + extent.X] = row[Before + Mirrored(extent.X, extent.X)];
            row[Before + extent.X + 1] = row[Before + Mirrored(extent.X + 1, extent.X)];
        }

        MirrorBlocks(slice, extent.Y, rowStride);
    }

    private static void MirrorBlocks(Span<float> values, int count, int stride)
    {
        values.Slice((Before + Mirrored(-1, count)) * stride, stride).CopyTo(values);
        values.Slice((Before + Mirrored(count, count)) * stride, stride).CopyTo(values[((Before + count) * stride)..]);
        values.Slice((Before + Mirrored(count + 1, count)) * stride, stride).CopyTo(values[((Before + count + 1) * stride)..]);
    }

    /// <summary>The voxel that a place outside shows: mirrored about the centres of the outermost voxels.</summary>
    private static int Mirrored(int index, int count)
    {
        if (count == 1) return 0;

        int period = (2 * count) - 2;
        int inside = ((index % period) + period) % period;
        return inside < count ? inside : period - inside;
    }
}
