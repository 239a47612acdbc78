using NnUNet.Imaging;

namespace NnUNet.Core.Bundles;

/// <summary>A part of an image along z.</summary>
/// <param name="Start">Its first slice.</param>
/// <param name="End">One past its last.</param>
/// <param name="KeepStart">The first slice that the whole takes from it, counted in the image.</param>
/// <param name="KeepEnd">One past the last.</param>
public readonly record struct Slab(int Start, int End, int KeepStart, int KeepEnd);

/// <summary>Divides large images along z into parts that overlap, and puts their labels together again.</summary>
/// <remarks>Source: TotalSegmentator 2.18, totalsegmentator/nnunet.py: the overlap before a part is one slice less than the margin, that behind it the margin.</remarks>
public static class SlabSplit
{
    /// <summary>The parts of an image; one where it is not divided.</summary>
    /// <param name="split">When and how; null for never.</param>
    /// <param name="extent">The image's voxel counts on the models' grid.</param>
    public static IReadOnlyList<Slab> Of(BundleSplit? split, Extent extent)
    {
        if (split is null || extent.Count <= split.Voxels || extent.Z <= split.Slices) return [new Slab(0, extent.Z, 0, extent.Z)];
        int part = extent.Z / split.Parts, last = split.Parts - 1;
        return
        [
            .. Enumerable.Range(0, split.Parts).Select(p => new Slab(
                p == 0 ? 0 : (p * part) + 1 - split.Margin,
                p == last ? extent.Z : ((p + 1) * part) + split.Margin,
                p * part,
                p == last ? extent.Z : (p + 1) * part)),
        ];
    }

    /// <summary>A part of an image; the image itself where it is all of it.</summary>
    /// <typeparam name="T">The voxel type.</typeparam>
    public static Volume<T> Cut<T>(Volume<T> volume, Slab slab)
        where T : unmanaged => slab.Start == 0 && slab.End == volume.Extent.Z
        ? volume
        : VoxelBoxes.Cut(volume, new BoundingBox(new Extent(slab.Start, 0, 0), volume.Extent with { Z = slab.End - slab.Start }));

    /// <summary>The voxels of a part that the whole takes, and where they go.</summary>
    /// <param name="part">The part.</param>
    /// <param name="slab">Which one it is.</param>
    /// <param name="whole">The whole.</param>
    /// <param name="kept">Its voxels that are taken.</param>
    public static Span<short> Place(Volume<short> part, Slab slab, Volume<short> whole, out ReadOnlySpan<short> kept)
    {
        int slice = part.Extent.SliceCount, count = (slab.KeepEnd - slab.KeepStart) * slice;
        kept = part.Voxels.AsSpan((slab.KeepStart - slab.Start) * slice, count);
        return whole.Voxels.AsSpan(slab.KeepStart * slice, count);
    }
}
