using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>A label and what is told of it: the segment of a SEG, the region of interest of a structure set.</summary>
internal sealed record DicomSegment
{
    /// <summary>The label's value in the label map.</summary>
    public required int Value { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>Red, green and blue from 0 to 255; null leaves it to the viewer.</summary>
    public (byte Red, byte Green, byte Blue)? Colour { get; init; }

    /// <summary>What it is and where.</summary>
    public required StructureCodes Codes { get; init; }

    /// <summary>The segment of a label without more than a name: codes are looked up by it.</summary>
    /// <param name="value">The label's value.</param>
    /// <param name="name">The name; null for <c>label 1</c>.</param>
    public static DicomSegment Of(int value, string? name = null) => new()
    {
        Value = value,
        Name = name ?? FormattableString.Invariant($"label {value}"),
        Codes = (name is null ? null : AnatomyTable.Find(name)) ?? StructureCodes.Tissue,
    };

    /// <summary>The segments of a label map: those of the given ones, and of each other label that it has.</summary>
    /// <param name="labels">The label map (z, y, x).</param>
    /// <param name="known">What is known of labels; those that the map does not have are kept, so that all cases of a task have the same segments.</param>
    /// <returns>In the order of their values, at least one.</returns>
    /// <exception cref="FileFormatException">A label is negative.</exception>
    public static IReadOnlyList<DicomSegment> Of(Volume<short> labels, params IEnumerable<DicomSegment> known)
    {
        bool[] there = new bool[short.MaxValue + 1];
        foreach (short label in labels.Voxels)
        {
            if (label < 0) throw new FileFormatException("label map", $"a voxel is {label}, but DICOM has segments for labels above 0 only", "remap the labels");
            there[label] = true;
        }

        SortedDictionary<int, DicomSegment> segments = [];
        foreach (DicomSegment segment in known.Where(static s => s.Value > 0)) segments[segment.Value] = segment;
        for (int label = 1; label < there.Length; label++)
        {
            if (there[label] && !segments.ContainsKey(label)) segments[label] = Of(label);
        }

        if (segments.Count == 0) segments[1] = Of(1); // a segmentation without any segment is none, even where nothing was found
        return [.. segments.Values];
    }
}
