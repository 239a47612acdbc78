using NnUNet.Core.Augmentation;
using NnUNet.Imaging;

namespace NnUNet.Core.Batches;

/// <summary>Reads boxes that may reach beyond a case: outside, images and the previous stage's labels are 0 and the segmentation is -1.</summary>
/// <remarks>Belongs to one thread. Source: dataset_loading.py, the padding of DataLoader3D and DataLoader2D.</remarks>
internal sealed class PatchReader
{
    private const short OutsideLabel = -1;

    private float[] _box = [];
    private short[] _labels = [];

    /// <summary>Fills a buffer with a box of a case.</summary>
    /// <param name="from">The case.</param>
    /// <param name="box">The box in the case's voxels (z, y, x), partly or wholly outside too.</param>
    /// <param name="into">Takes grid and content.</param>
    public void Read(TrainingCase from, BoundingBox box, PatchBuffer into)
    {
        into.Reset(box.Size);
        BoundingBox inside = Inside(box, from.Extent);
        int count = checked((int)inside.Size.Count);
        if (_box.Length < count) _box = GC.AllocateUninitializedArray<float>(count);
        Span<float> voxels = _box.AsSpan(0, count);
        Extent offset = new(inside.Start.Z - box.Start.Z, inside.Start.Y - box.Start.Y, inside.Start.X - box.Start.X);
        bool whole = inside.Size == box.Size;
        for (int c = 0; c < into.Channels; c++)
        {
            if (whole)
            {
                from.ReadBox(c, inside, into.Channel(c));
                continue;
            }

            into.Channel(c).Clear();
            if (count == 0) continue;

            from.ReadBox(c, inside, voxels);
            Place<float>(voxels, inside.Size, offset, into.Channel(c), box.Size);
        }

        into.Segmentation.Fill(OutsideLabel);
        into.PreviousStage.Clear();
        if (count == 0) return;

        from.ReadBox(from.Channels, inside, voxels);
        PlaceLabels(voxels, inside.Size, offset, into.Segmentation, box.Size);
        if (into.PreviousStage.IsEmpty) return;

        if (_labels.Length < count) _labels = GC.AllocateUninitializedArray<short>(count);
        Span<short> labels = _labels.AsSpan(0, count);
        from.ReadPreviousStage(inside, labels);
        Place<short>(labels, inside.Size, offset, into.PreviousStage, box.Size);
    }

    private static BoundingBox Inside(BoundingBox box, Extent extent)
    {
        Extent start = new(Math.Max(0, box.Start.Z), Math.Max(0, box.Start.Y), Math.Max(0, box.Start.X));
        Extent size = new(
            Math.Max(0, Math.Min(extent.Z, box.End.Z) - start.Z),
            Math.Max(0, Math.Min(extent.Y, box.End.Y) - start.Y),
            Math.Max(0, Math.Min(extent.X, box.End.X) - start.X));
        return new BoundingBox(start, size);
    }

    private static void Place<T>(ReadOnlySpan<T> voxels, Extent size, Extent offset, Span<T> into, Extent extent)
    {
        for (int row = 0; row < size.Z * size.Y; row++)
        {
            voxels.Slice(row * size.X, size.X).CopyTo(into[RowStart(row, size, offset, extent)..]);
        }
    }

    private static void PlaceLabels(ReadOnlySpan<float> voxels, Extent size, Extent offset, Span<short> into, Extent extent)
    {
        for (int row = 0; row < size.Z * size.Y; row++)
        {
            ReadOnlySpan<float> from = voxels.Slice(row * size.X, size.X);
            Span<short> to = into.Slice(RowStart(row, size, offset, extent), size.X);
            for (int x = 0; x < from.Length; x++) to[x] = (short)from[x];
        }
    }

    private static int RowStart(int row, Extent size, Extent offset, Extent extent) =>
        ((((row / size.Y) + offset.Z) * extent.Y) + (row % size.Y) + offset.Y) * extent.X + offset.X;
}
