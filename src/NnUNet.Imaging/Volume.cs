namespace NnUNet.Imaging;

/// <summary>A channel-free 3D image: voxels in array order (z, y, x), x fastest, with their place in the patient.</summary>
/// <typeparam name="T">The voxel type: float for images, byte or short for labels.</typeparam>
/// <remarks>Owns one managed array, so a volume holds at most 2^31 voxels (1290 an edge).</remarks>
public sealed class Volume<T>
    where T : unmanaged
{
    /// <summary>A volume of zeros.</summary>
    /// <exception cref="ArgumentException">An axis is not positive or the volume has more than 2^31 voxels.</exception>
    public Volume(Extent extent, ImageGeometry? geometry = null)
        : this(new T[CheckedCount(extent)], extent, geometry)
    {
    }

    /// <summary>A volume over an existing array, which it takes over (no copy).</summary>
    /// <exception cref="ArgumentException">The array's length is not the extent's voxel count.</exception>
    public Volume(T[] voxels, Extent extent, ImageGeometry? geometry = null)
    {
        if (voxels.Length != CheckedCount(extent))
        {
            throw new ArgumentException($"{voxels.Length} voxels do not fill {extent} ({extent.Count})", nameof(voxels));
        }

        Voxels = voxels;
        Extent = extent;
        Geometry = geometry ?? ImageGeometry.Identity;
    }

    /// <summary>Voxel counts (z, y, x).</summary>
    public Extent Extent { get; }

    /// <summary>Where the voxels lie in the patient.</summary>
    public ImageGeometry Geometry { get; }

    /// <summary>All voxels, z slowest and x fastest.</summary>
    public T[] Voxels { get; }

    /// <summary>One voxel.</summary>
    public ref T this[int z, int y, int x] => ref Voxels[(((long)z * Extent.Y) + y) * Extent.X + x];

    /// <summary>One row of X voxels.</summary>
    public Span<T> Row(int z, int y) => Voxels.AsSpan(((z * Extent.Y) + y) * Extent.X, Extent.X);

    /// <summary>One slice of Y x X voxels.</summary>
    public Span<T> Slice(int z) => Voxels.AsSpan(z * Extent.SliceCount, Extent.SliceCount);

    /// <summary>The same voxels (not copied) at another place in the patient.</summary>
    public Volume<T> WithGeometry(ImageGeometry geometry) => new(Voxels, Extent, geometry);

    private static int CheckedCount(Extent extent)
    {
        if (extent.Z <= 0 || extent.Y <= 0 || extent.X <= 0 || extent.Count > Array.MaxLength)
        {
            throw new ArgumentException($"a volume of {extent} voxels is not possible: each axis must be positive and the product at most {Array.MaxLength}", nameof(extent));
        }

        return (int)extent.Count;
    }
}
