namespace NnUNet.Imaging.Formats.Dicom.DataSets;

/// <summary>One attribute of a data set with its value: bytes, items of a sequence, or fragments of compressed pixels.</summary>
internal sealed class DicomElement
{
    /// <summary>Which attribute.</summary>
    public required DicomTag Tag { get; init; }

    /// <summary>The value representation, such as <c>US</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The value, little-endian whatever the file is; empty for sequences, for fragments and for pixels that were passed over.</summary>
    public byte[] Bytes { get; init; } = [];

    /// <summary>The items of a sequence; null for what is none.</summary>
    public IReadOnlyList<DicomDataSet>? Items { get; init; }

    /// <summary>The fragments of compressed pixels, the table of offsets first; null for what has none. They are empty where the pixels were passed over.</summary>
    public IReadOnlyList<byte[]>? Fragments { get; init; }

    /// <summary>Bytes that the value has in the file, those of passed over pixels included; -1 for what has no such length.</summary>
    public long StoredLength { get; init; }

    /// <summary>Where the value of passed over pixels begins in the file's bytes (those that were inflated, of a deflated file); -1 for what was read or made.</summary>
    public long Position { get; init; } = -1;
}
