using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Tiff;

/// <summary>TIFF and BigTIFF: one page is a 2D image, several are the slices of a volume; colours, samples and the channels of ImageJ and OME are channels.</summary>
/// <remarks>Source: nnunetv2/imageio/tif_reader_writer.py, which takes the spacing from a JSON file beside the image (<see cref="TiffSpacingFile"/>), and knows no other.</remarks>
[CatalogName("tiff")]
internal sealed class TiffFormat : ImageFormat
{
    public override IReadOnlyList<string> Endings { get; } = [".tif", ".tiff"];

    public override IReadOnlyList<string> WritableEndings => Endings;

    public override bool Recognizes(ReadOnlySpan<byte> start) => TiffDirectories.Begins(start);

    public override IReadOnlyList<string> FilesOf(string path) => TiffSpacingFile.Of(path) is { } spacing ? [path, spacing.File] : [path];

    public override ImageHeader ReadHeader(string path)
    {
        using FileStream file = InputFile.Open(path);
        return TiffFile.Open(file, path, TiffSpacingFile.Of(path)).Header;
    }

    public override ImageHeader ReadHeader(Stream content, string name) => TiffFile.Open(content, name, spacing: null).Header;

    public override IReadOnlyList<Volume<float>> ReadChannels(string path)
    {
        using FileStream file = InputFile.Open(path);
        return TiffFile.Open(file, path, TiffSpacingFile.Of(path)).ReadChannels();
    }

    public override IReadOnlyList<Volume<float>> ReadChannels(Stream content, string name) => TiffFile.Open(content, name, spacing: null).ReadChannels();

    public override Volume<short> ReadLabels(string path)
    {
        using FileStream file = InputFile.Open(path);
        return TiffFile.Open(file, path, TiffSpacingFile.Of(path)).ReadLabels();
    }

    public override Volume<short> ReadLabels(Stream content, string name) => TiffFile.Open(content, name, spacing: null).ReadLabels();

    public override void WriteLabels(string path, Volume<short> labels, ImageLocation? reference = null)
    {
        TiffSpacingFile.Write(path, labels.Extent, labels.Geometry);
        AtomicFile.Write(path, stream => TiffWriter.Write(stream, labels));
    }

    public override void WriteVolume(string path, Volume<float> volume, ImageLocation? reference = null)
    {
        TiffSpacingFile.Write(path, volume.Extent, volume.Geometry);
        AtomicFile.Write(path, stream => TiffWriter.Write(stream, volume));
    }

    public override void WriteLabels(Stream content, string ending, Volume<short> labels) => TiffWriter.Write(content, labels);

    public override void WriteVolume(Stream content, string ending, Volume<float> volume) => TiffWriter.Write(content, volume);
}
