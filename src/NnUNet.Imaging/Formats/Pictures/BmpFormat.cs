using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Pictures;

/// <summary>BMP: 1 to 32 bits a pixel, not compressed; written grey with 8 bits.</summary>
[CatalogName("bmp")]
internal sealed class BmpFormat : PictureFormat
{
    public override IReadOnlyList<string> Endings { get; } = [".bmp"];

    public override IReadOnlyList<string> WritableEndings => Endings;

    // Two letters are little to go by: only a file of this name, or one whose reserved bytes are empty as well.
    public override bool Recognizes(ReadOnlySpan<byte> start) =>
        start.Length > 26 && start.StartsWith("BM"u8) && start[6..10].IndexOfAnyExcept((byte)0) < 0 && start[15..18].IndexOfAnyExcept((byte)0) < 0;

    public override ImageHeader ReadHeader(Stream content, string name) => BmpFile.Open(content, name).Header;

    protected override (ImageHeader Header, ushort[][] Samples) Decode(Stream content, string name, bool stored)
    {
        BmpFile file = BmpFile.Open(content, name);
        return (file.Header, file.Samples());
    }

    protected override void Write(Stream into, string name, Extent extent, ImageGeometry geometry, ushort[] samples)
    {
        CheckFlat(name, extent);
        BmpFile.Write(into, name, extent, geometry, samples);
    }
}
