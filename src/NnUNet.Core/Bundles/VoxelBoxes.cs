using NnUNet.Imaging;

namespace NnUNet.Core.Bundles;

/// <summary>Boxes of voxels: around labels, cut out of images, and put back.</summary>
public static class VoxelBoxes
{
    /// <summary>The smallest box around each label of a map, in the order of the labels.</summary>
    public static IReadOnlyList<(short Label, BoundingBox Box)> OfLabels(Volume<short> labels)
    {
        SortedDictionary<short, int[]> boxes = [];
        for (int z = 0; z < labels.Extent.Z; z++)
        {
            for (int y = 0; y < labels.Extent.Y; y++)
            {
                ReadOnlySpan<short> row = labels.Row(z, y);
                for (int x = 0; x < row.Length;)
                {
                    short label = row[x];
                    int end = x + 1;
                    while (end < row.Length && row[end] == label) end++;
                    if (label != 0)
                    {
                        if (!boxes.TryGetValue(label, out int[]? box)) boxes[label] = box = [z, y, x, z, y, end - 1];
                        box[1] = Math.Min(box[1], y);
                        box[2] = Math.Min(box[2], x);
                        box[3] = z;
                        box[4] = Math.Max(box[4], y);
                        box[5] = Math.Max(box[5], end - 1);
                    }

                    x = end;
                }
            }
        }

        return [.. boxes.Select(static b => (b.Key, new BoundingBox(new Extent(b.Value[0], b.Value[1], b.Value[2]), new Extent(b.Value[3] - b.Value[0] + 1, b.Value[4] - b.Value[1] + 1, b.Value[5] - b.Value[2] + 1))))];
    }

    /// <summary>The box around labels, larger by a margin on every side as far as the image goes.</summary>
    /// <param name="labels">The map (z, y, x).</param>
    /// <param name="wanted">The labels.</param>
    /// <param name="marginMm">The margin in millimetres, in file order (x, y, z); the voxels that it is are rounded down.</param>
    /// <returns>The box; null where none of the labels is there.</returns>
    /// <remarks>Source: TotalSegmentator 2.18, totalsegmentator/cropping.py, crop_to_mask, where spacings are float32 too.</remarks>
    public static BoundingBox? Around(Volume<short> labels, IReadOnlyCollection<short> wanted, IReadOnlyList<double> marginMm)
    {
        BoundingBox[] boxes = [.. OfLabels(labels).Where(l => wanted.Contains(l.Label)).Select(static l => l.Box)];
        if (boxes.Length == 0) return null;
        int[] start = new int[3], size = new int[3];
        for (int axis = 0; axis < 3; axis++)
        {
            int margin = (int)(marginMm[2 - axis] / (float)labels.Geometry.ItkSpacing[2 - axis]);
            start[axis] = Math.Max(0, boxes.Min(b => b.Start[axis]) - margin);
            size[axis] = Math.Min(labels.Extent[axis], boxes.Max(b => b.End[axis]) + margin) - start[axis];
        }

        return new BoundingBox(Extent.From(start), Extent.From(size));
    }

    /// <summary>A box of an image, at its place in the patient.</summary>
    /// <typeparam name="T">The voxel type.</typeparam>
    public static Volume<T> Cut<T>(Volume<T> volume, BoundingBox box)
        where T : unmanaged
    {
        Volume<T> part = new(box.Size, Moved(volume.Geometry, box.Start));
        for (int z = 0; z < box.Size.Z; z++)
        {
            for (int y = 0; y < box.Size.Y; y++) volume.Row(box.Start.Z + z, box.Start.Y + y).Slice(box.Start.X, box.Size.X).CopyTo(part.Row(z, y));
        }

        return part;
    }

    /// <summary>An image of zeros with a box in it.</summary>
    /// <typeparam name="T">The voxel type.</typeparam>
    /// <param name="part">What is in the box.</param>
    /// <param name="box">The box.</param>
    /// <param name="extent">The image's voxel counts.</param>
    /// <param name="geometry">The image's geometry.</param>
    public static Volume<T> Paste<T>(Volume<T> part, BoundingBox box, Extent extent, ImageGeometry geometry)
        where T : unmanaged
    {
        Volume<T> whole = new(extent, geometry);
        for (int z = 0; z < box.Size.Z; z++)
        {
            for (int y = 0; y < box.Size.Y; y++) part.Row(z, y).CopyTo(whole.Row(box.Start.Z + z, box.Start.Y + y)[box.Start.X..]);
        }

        return whole;
    }

    private static ImageGeometry Moved(ImageGeometry geometry, Extent start)
    {
        double[] origin = geometry.ItkOrigin.ToArray();
        int[] steps = [start.X, start.Y, start.Z];
        for (int world = 0; world < 3; world++)
        {
            for (int axis = 0; axis < 3; axis++) origin[world] += geometry.ItkDirection[(3 * world) + axis] * geometry.ItkSpacing[axis] * steps[axis];
        }

        return geometry with { ItkOrigin = [.. origin] };
    }
}
