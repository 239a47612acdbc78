using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Pictures;

/// <summary>JPEG of 8 bits, grey or coloured: only read, with a warning, since its compression changes values.</summary>
[CatalogName("jpeg")]
internal sealed class JpegFormat : PictureFormat
{
    public override IReadOnlyList<string> Endings { get; } = [".jpg", ".jpeg"];

    public override bool Recognizes(ReadOnlySpan<byte> start) => start.StartsWith(JpegFile.Signature);

    public override ImageHeader ReadHeader(Stream content, string name) => JpegFile.Open(content, name).Header;

    protected override (ImageHeader Header, ushort[][] Samples) Decode(Stream content, string name, bool stored)
    {
        JpegFile file = JpegFile.Open(content, name);
        return (file.Header, file.Samples());
    }
}
