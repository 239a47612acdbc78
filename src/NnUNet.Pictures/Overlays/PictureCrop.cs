using NnUNet.Imaging;

namespace NnUNet.Pictures.Overlays;

/// <summary>Cuts volumes (z, y, x) for pictures.</summary>
internal static class PictureCrop
{
    private const double Surroundings = 0.25;
    private const int LeastSurroundings = 4;

    /// <summary>The box around all foreground and a quarter of its size more on each side.</summary>
    public static BoundingBox Around(IReadOnlyList<Volume<short>> masks)
    {
        Extent extent = masks[0].Extent;
        int[] low = extent.ToArray(), high = [0, 0, 0];
        foreach (Volume<short> mask in masks)
        {
            for (int z = 0; z < extent.Z; z++)
            {
                for (int y = 0; y < extent.Y; y++)
                {
                    ReadOnlySpan<short> row = mask.Row(z, y);
                    int first = row.IndexOfAnyExcept((short)0);
                    if (first < 0) continue;
                    int last = row.LastIndexOfAnyExcept((short)0);
                    (low[0], low[1], low[2]) = (Math.Min(low[0], z), Math.Min(low[1], y), Math.Min(low[2], first));
                    (high[0], high[1], high[2]) = (Math.Max(high[0], z + 1), Math.Max(high[1], y + 1), Math.Max(high[2], last + 1));
                }
            }
        }

        for (int axis = 0; axis < 3; axis++)
        {
            int more = Math.Max(LeastSurroundings, (int)(Surroundings * (high[axis] - low[axis])));
            low[axis] = Math.Max(0, low[axis] - more);
            high[axis] = Math.Min(extent[axis], high[axis] + more);
        }

        return new BoundingBox(Extent.From(low), new Extent(high[0] - low[0], high[1] - low[1], high[2] - low[2]));
    }

    /// <summary>The voxels of a box; directions and spacing stay, the origin is not moved.</summary>
    public static Volume<T> Cut<T>(Volume<T> volume, BoundingBox box)
        where T : unmanaged
    {
        Volume<T> cut = new(box.Size, volume.Geometry);
        for (int z = 0; z < box.Size.Z; z++)
        {
            for (int y = 0; y < box.Size.Y; y++) volume.Row(box.Start.Z + z, box.Start.Y + y).Slice(box.Start.X, box.Size.X).CopyTo(cut.Row(z, y));
        }

        return cut;
    }
}
