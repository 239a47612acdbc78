using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>Puts segments into a label map, in the order of their numbers, and notices where two of them overlap.</summary>
/// <param name="where">The file, for errors.</param>
/// <param name="extent">Voxels (z, y, x).</param>
/// <param name="overlap">What becomes of voxels of several segments.</param>
/// <param name="nameOf">What a label is called, for errors.</param>
internal sealed class LabelMapBuilder(string where, Extent extent, SegmentOverlap overlap, Func<int, string> nameOf)
{
    private readonly Dictionary<(short One, short Other), int> _overlaps = [];

    /// <summary>The labels (z, y, x).</summary>
    public short[] Labels { get; } = new short[extent.Count];

    /// <summary>Gives a voxel a label; labels come in ascending order.</summary>
    public void Set(int voxel, short label)
    {
        ref short old = ref Labels[voxel];
        if (old == 0 || old == label)
        {
            old = label;
            return;
        }

        _overlaps[(old, label)] = _overlaps.GetValueOrDefault((old, label)) + 1;
        if (overlap == SegmentOverlap.Last) old = label;
    }

    /// <summary>Refuses overlaps, where these are to be refused.</summary>
    /// <exception cref="FileFormatException">There are some.</exception>
    public void Finish()
    {
        if (overlap != SegmentOverlap.Refuse || _overlaps.Count == 0) return;
        ((short one, short other), int count) = _overlaps.MaxBy(static o => o.Value);
        throw new FileFormatException(
            where,
            $"segments overlap: {nameOf(one)} and {nameOf(other)} have {count} {(count == 1 ? "voxel" : "voxels")} in common{(_overlaps.Count > 1 ? $", and {_overlaps.Count - 1} more pairs some" : "")}, but a voxel has one label",
            "convert the file with nnunet convert_segmentation --overlap first or last, which says whose they are, or with --segments, which leaves segments out");
    }
}
