using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>The tiles in which a network sees images.</summary>
/// <param name="Size">Voxels, transposed array order: (z, y, x), for networks of slices (y, x).</param>
public sealed record TileContract(ValueArray<int> Size)
{
    /// <summary>The weight of a tile's middle voxel where tiles overlap.</summary>
    /// <value>1 (nnU-Net v1; v2 has 10). The result is the same but for rounding.</value>
    public double GaussianPeak { get; init; } = 1;

    /// <summary>Whether the network sees slices.</summary>
    public bool Is2D => Size.Count == 2;

    /// <summary>Number of the tile's voxels.</summary>
    public long Voxels => Size.Aggregate(1L, static (product, n) => product * n);
}
