using System.Globalization;

namespace NnUNet.Imaging;

/// <summary>A box of voxels in array order (z, y, x): from <paramref name="Start"/> on, <paramref name="Size"/> voxels.</summary>
/// <param name="Start">First voxel (z, y, x), inclusive.</param>
/// <param name="Size">Voxel counts (z, y, x).</param>
public readonly record struct BoundingBox(Extent Start, Extent Size)
{
    /// <summary>The box that covers a whole volume.</summary>
    public static BoundingBox Whole(Extent extent) => new(new Extent(0, 0, 0), extent);

    /// <summary>One past the last voxel (z, y, x).</summary>
    public Extent End => new(Start.Z + Size.Z, Start.Y + Size.Y, Start.X + Size.X);

    /// <summary>The box as [z0:z1, y0:y1, x0:x1], for messages.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"[{Start.Z}:{End.Z}, {Start.Y}:{End.Y}, {Start.X}:{End.X}]");
}
