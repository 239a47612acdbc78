using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.MetaImage;

/// <summary>MetaImage: single files, and headers with their voxels in one file or several.</summary>
[CatalogName("metaimage")]
internal sealed class MetaImageFormat : VoxelFormat
{
    public override IReadOnlyList<string> Endings { get; } = [".mha", ".mhd"];

    protected override string SingleEnding => ".mha";

    protected override string HeaderEnding => ".mhd";

    protected override string[] VoxelEndings { get; } = [".raw", ".zraw", ".raw.gz"];

    public override bool Recognizes(ReadOnlySpan<byte> start) => MetaImageHeader.HasMagic(start);

    public override void WriteLabels(string path, Volume<short> labels, ImageLocation? reference = null) =>
        MetaImageWriter.Write(path, labels.Extent, labels.Geometry, VoxelBytes.Of(labels));

    public override void WriteVolume(string path, Volume<float> volume, ImageLocation? reference = null) =>
        MetaImageWriter.Write(path, volume.Extent, volume.Geometry, VoxelBytes.Of(volume));

    public override void WriteLabels(Stream content, string ending, Volume<short> labels) =>
        MetaImageWriter.Write(content, ending, labels.Extent, labels.Geometry, VoxelBytes.Of(labels));

    public override void WriteVolume(Stream content, string ending, Volume<float> volume) =>
        MetaImageWriter.Write(content, ending, volume.Extent, volume.Geometry, VoxelBytes.Of(volume));

    protected override VoxelHeader ReadLines(string path, Stream stream) => MetaImageHeader.Read(path, stream);

    protected override VoxelFile Read(string path, Stream stream) => MetaImageFile.Read(path, stream);
}
