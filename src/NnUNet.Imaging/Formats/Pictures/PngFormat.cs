using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Pictures;

/// <summary>PNG: grey, colours, palettes and alpha of all depths, interlaced or not; written grey, 8 bits where all values fit, else 16.</summary>
[CatalogName("png")]
internal sealed class PngFormat : PictureFormat
{
    public override IReadOnlyList<string> Endings { get; } = [".png"];

    public override IReadOnlyList<string> WritableEndings => Endings;

    public override bool Recognizes(ReadOnlySpan<byte> start) => start.StartsWith(PngFile.Signature);

    public override ImageHeader ReadHeader(Stream content, string name) => PngFile.Open(content, name).Header;

    protected override (ImageHeader Header, ushort[][] Samples) Decode(Stream content, string name, bool stored)
    {
        PngFile file = PngFile.Open(content, name);
        return (file.Header, file.Samples(stored));
    }

    protected override void Write(Stream into, string name, Extent extent, ImageGeometry geometry, ushort[] samples)
    {
        CheckFlat(name, extent);
        PngWriter.Write(into, extent, geometry, samples);
    }
}
