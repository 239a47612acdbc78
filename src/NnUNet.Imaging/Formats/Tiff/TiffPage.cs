using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats.Tiff;

/// <summary>A page of a TIFF file, checked: all its parts lie in the file, and none promises more than its bytes can hold.</summary>
internal sealed record TiffPage
{
    /// <summary>Which directory of the file it is, from 0 on.</summary>
    public required int Index { get; init; }

    /// <summary>Pixels of a row.</summary>
    public required int Width { get; init; }

    /// <summary>Rows.</summary>
    public required int Height { get; init; }

    /// <summary>Numbers of a pixel.</summary>
    public required int Samples { get; init; }

    /// <summary>Bits of a number: 1, or those of <see cref="Kind"/>.</summary>
    public required int Bits { get; init; }

    /// <summary>The type of the numbers; of single bits, uint8.</summary>
    public required NumberKind Kind { get; init; }

    /// <summary>TIFF's number of the compression; 1 for none.</summary>
    public required int Compression { get; init; }

    /// <summary>TIFF's number of what the numbers mean; 0 for white at 0, 6 for YCbCr.</summary>
    public required int Photometric { get; init; }

    /// <summary>Whether each part has one sample of all its pixels.</summary>
    public required bool Planar { get; init; }

    /// <summary>Whether the parts are tiles; else they are strips.</summary>
    public required bool Tiled { get; init; }

    /// <summary>Pixels of a row of a part.</summary>
    public required int PartWidth { get; init; }

    /// <summary>Rows of a part; the last strip may have fewer.</summary>
    public required int PartHeight { get; init; }

    /// <summary>Where the parts begin.</summary>
    public required long[] Offsets { get; init; }

    /// <summary>How many bytes the parts have.</summary>
    public required long[] Counts { get; init; }

    /// <summary>Whether the parts are the bytes of the pixels, compressed by deflate and changed by nothing else.</summary>
    public required bool IsPlainDeflate { get; init; }

    /// <summary>Whether it is a smaller copy of another page.</summary>
    public required bool IsReduced { get; init; }

    /// <summary>The text of the page; empty where it has none.</summary>
    public required string Description { get; init; }

    /// <summary>Pixels a unit along x and y; 0 where it is not told.</summary>
    public required (double X, double Y) Resolution { get; init; }

    /// <summary>TIFF's number of the unit: 1 none, 2 inch, 3 centimetre.</summary>
    public required int ResolutionUnit { get; init; }

    /// <summary>Parts along x.</summary>
    public int Across => (Width + PartWidth - 1) / PartWidth;

    /// <summary>Parts along y.</summary>
    public int Down => (Height + PartHeight - 1) / PartHeight;

    /// <summary>Samples that a part has of each pixel.</summary>
    public int PartSamples => Planar ? 1 : Samples;

    /// <summary>Bytes of a row of a part when it is decompressed.</summary>
    public long PartRowBytes => (((long)PartWidth * PartSamples * Bits) + 7) / 8;

    /// <summary>Rows that a part in a row of parts has.</summary>
    public int RowsOf(int down) => Tiled ? PartHeight : Math.Min(PartHeight, Height - (down * PartHeight));
}
