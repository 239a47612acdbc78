namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>What becomes of a voxel that belongs to several segments, of which a label map can have one.</summary>
internal enum SegmentOverlap
{
    /// <summary>The file is refused.</summary>
    Refuse,

    /// <summary>The segment with the lowest number has it.</summary>
    First,

    /// <summary>The segment with the highest number has it.</summary>
    Last,
}
