using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace NnUNet.Imaging.Algorithms;

/// <summary>Morphology of masks (z, y, x), one bool per voxel.</summary>
public static class BinaryMorphology
{
    /// <summary>Fills the holes of a mask in place: background that the volume's border can't reach through faces.</summary>
    /// <param name="mask">One value per voxel.</param>
    /// <param name="extent">Voxel counts. In a single slice every voxel lies at the border, so nothing is filled.</param>
    /// <exception cref="ArgumentException">The mask does not have the extent's voxels.</exception>
    /// <remarks>Equal to scipy.ndimage.binary_fill_holes in 3D.</remarks>
    public static void FillHoles(Span<bool> mask, Extent extent)
    {
        RunLabelling background = RunLabelling.Of(mask, extent, false);
        bool[] open = new bool[background.Sizes.Length];
        for (int i = 0; i < background.Runs.Count; i++) open[background.Parts[i]] |= TouchesBorder(background.Runs[i], extent);
        for (int i = 0; i < background.Runs.Count; i++)
        {
            RunLabelling.Run run = background.Runs[i];
            if (!open[background.Parts[i]]) mask.Slice((run.Row * extent.X) + run.Start, run.Length).Fill(true);
        }
    }

    /// <summary>Grows a mask by a ball; beyond the volume there is nothing.</summary>
    /// <param name="mask">One value per voxel; changed in place.</param>
    /// <param name="extent">Voxel counts.</param>
    /// <param name="radius">The ball's radius in voxels, at least 1; fractions as <see cref="BallFootprint"/> says.</param>
    /// <exception cref="ArgumentException">The mask does not have the extent's voxels, or the radius is below 1.</exception>
    /// <remarks>Equal to skimage.morphology.binary_dilation(mask, ball(radius)).</remarks>
    public static void Dilate(Span<bool> mask, Extent extent, double radius) => Apply(mask, extent, BallFootprint.ForDilation(radius), dilate: true);

    /// <summary>Grows a mask by a footprint of its own; beyond the volume there is nothing.</summary>
    /// <param name="mask">One value per voxel; changed in place.</param>
    /// <param name="extent">Voxel counts.</param>
    /// <param name="footprint">The voxels whose maximum is the grown voxel.</param>
    /// <exception cref="ArgumentException">The mask does not have the extent's voxels.</exception>
    internal static void DilateBy(Span<bool> mask, Extent extent, BallFootprint footprint) => Apply(mask, extent, footprint, dilate: true);

    /// <summary>Shrinks a mask by a ball; beyond the volume everything counts as inside.</summary>
    /// <inheritdoc cref="Dilate"/>
    /// <remarks>Equal to skimage.morphology.binary_erosion(mask, ball(radius)).</remarks>
    public static void Erode(Span<bool> mask, Extent extent, double radius) => Apply(mask, extent, BallFootprint.ForErosion(radius), dilate: false);

    /// <summary>Removes what is smaller than a ball: <see cref="Erode"/>, then <see cref="Dilate"/>.</summary>
    /// <inheritdoc cref="Dilate"/>
    public static void Open(Span<bool> mask, Extent extent, double radius)
    {
        Erode(mask, extent, radius);
        Dilate(mask, extent, radius);
    }

    /// <summary>Closes gaps smaller than a ball: <see cref="Dilate"/>, then <see cref="Erode"/>.</summary>
    /// <inheritdoc cref="Dilate"/>
    public static void Close(Span<bool> mask, Extent extent, double radius)
    {
        Dilate(mask, extent, radius);
        Erode(mask, extent, radius);
    }

    private static bool TouchesBorder(RunLabelling.Run run, Extent extent)
    {
        int z = run.Row / extent.Y, y = run.Row % extent.Y;
        return z == 0 || z == extent.Z - 1 || y == 0 || y == extent.Y - 1 || run.Start == 0 || run.End == extent.X;
    }

    /// <summary>Erosion is the dilation of the complement, whose outside is empty in both.</summary>
    private static void Apply(Span<bool> mask, Extent extent, BallFootprint ball, bool dilate)
    {
        if (mask.Length != extent.Count) throw new ArgumentException($"{mask.Length} voxels are given, but {extent} has {extent.Count}", nameof(mask));
        Span<byte> values = MemoryMarshal.AsBytes(mask);
        if (!dilate) TensorPrimitives.Xor(values, (byte)1, values);
        byte[] source = values.ToArray();
        byte[] widened = new byte[source.Length];
        values.Clear();
        foreach (IGrouping<(int From, int To), BallFootprint.Row> range in ball.Rows.GroupBy(static row => (row.FirstX, row.LastX)))
        {
            Widen(source, widened, extent.X, range.Key.From, range.Key.To);
            foreach (BallFootprint.Row row in range) Merge(widened, values, extent, row.Z, row.Y);
        }

        if (!dilate) TensorPrimitives.Xor(values, (byte)1, values);
    }

    /// <summary>Each voxel becomes the maximum over the offsets of a range along its row.</summary>
    private static void Widen(ReadOnlySpan<byte> source, Span<byte> result, int width, int first, int last)
    {
        result.Clear();
        for (int start = 0; start < source.Length; start += width)
        {
            ReadOnlySpan<byte> row = source.Slice(start, width);
            if (row.IndexOf((byte)1) < 0) continue;
            Span<byte> target = result.Slice(start, width);
            for (int offset = Math.Max(first, 1 - width); offset <= Math.Min(last, width - 1); offset++)
            {
                int count = width - Math.Abs(offset);
                Span<byte> part = target.Slice(Math.Max(0, -offset), count);
                TensorPrimitives.BitwiseOr(part, row.Slice(Math.Max(0, offset), count), part);
            }
        }
    }

    /// <summary>Each voxel of the result takes over the source voxel some slices and rows away.</summary>
    private static void Merge(ReadOnlySpan<byte> source, Span<byte> result, Extent extent, int dz, int dy)
    {
        int rows = extent.Y - Math.Abs(dy);
        if (rows <= 0) return;
        for (int z = Math.Max(0, -dz); z < extent.Z - Math.Max(0, dz); z++)
        {
            Span<byte> target = result.Slice(((z * extent.Y) + Math.Max(0, -dy)) * extent.X, rows * extent.X);
            ReadOnlySpan<byte> from = source.Slice((((z + dz) * extent.Y) + Math.Max(0, dy)) * extent.X, rows * extent.X);
            TensorPrimitives.BitwiseOr(target, from, target);
        }
    }
}
