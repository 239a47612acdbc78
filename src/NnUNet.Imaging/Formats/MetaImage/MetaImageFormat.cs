using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.MetaImage;

/// <summary>MetaImage: single files, and headers with their voxels in one file or several.</summary>
[CatalogName("metaimage")]
internal sealed class MetaImageFormat : ImageFormat
{
    public override IReadOnlyList<string> Endings { get; } = [".mha", ".mhd"];

    public override IReadOnlyList<string> WritableEndings => Endings;

    public override bool Recognizes(ReadOnlySpan<byte> start) => MetaImageHeader.HasMagic(start);

    public override IReadOnlyList<string> FilesOf(string path) => [path, .. Named(path).Where(File.Exists)];

    public override IReadOnlyList<string> MissingFilesOf(string path) => [.. Named(path).Where(static file => !File.Exists(file))];

    public override string? OpeningFileOf(string path) => DetachedFiles.HeaderOf(path, ".mhd", ".raw", ".zraw", ".raw.gz");

    public override void CopyRenamed(string from, string to, IReadOnlyDictionary<string, string> names)
    {
        using FileStream stream = InputFile.Open(from);
        MetaImageHeader header = MetaImageHeader.Read(from, stream);
        if (header.Files() is { } files) DetachedFiles.WriteRenamed(from, to, header.WithFiles([.. files.Select(file => NewName(from, file, names))]));
        else base.CopyRenamed(from, to, names);
    }

    public override ImageHeader ReadHeader(string path) => Header(MetaImageFile.Open(path));

    public override ImageHeader ReadHeader(Stream content, string name) => Header(MetaImageFile.Open(content, name));

    public override IReadOnlyList<Volume<float>> ReadChannels(string path) => Channels(MetaImageFile.Open(path));

    public override IReadOnlyList<Volume<float>> ReadChannels(Stream content, string name) => Channels(MetaImageFile.Open(content, name));

    public override Volume<short> ReadLabels(string path) => Labels(MetaImageFile.Open(path));

    public override Volume<short> ReadLabels(Stream content, string name) => Labels(MetaImageFile.Open(content, name));

    public override void WriteLabels(string path, Volume<short> labels, ImageLocation? reference = null) =>
        MetaImageWriter.Write(path, labels.Extent, labels.Geometry, VoxelBytes.Of(labels));

    public override void WriteVolume(string path, Volume<float> volume, ImageLocation? reference = null) =>
        MetaImageWriter.Write(path, volume.Extent, volume.Geometry, VoxelBytes.Of(volume));

    public override void WriteLabels(Stream content, string ending, Volume<short> labels) =>
        MetaImageWriter.Write(content, ending, labels.Extent, labels.Geometry, VoxelBytes.Of(labels));

    public override void WriteVolume(Stream content, string ending, Volume<float> volume) =>
        MetaImageWriter.Write(content, ending, volume.Extent, volume.Geometry, VoxelBytes.Of(volume));

    /// <summary>The name of a file in a copied header; of one that lies compressed beside it, as if it did not.</summary>
    private static string NewName(string from, string file, IReadOnlyDictionary<string, string> names)
    {
        if (names.TryGetValue(file, out string? name)) return name;
        return names.TryGetValue(file + ".gz", out string? compressed) ? compressed[..^".gz".Length] : DetachedFiles.NameFor(from, file);
    }

    /// <summary>The other files that a header names; none where it cannot be read.</summary>
    private static IEnumerable<string> Named(string path) => DetachedFiles.Named(path, static (path, stream) => MetaImageFile.FilesOf(MetaImageHeader.Read(path, stream)));

    private static ImageHeader Header(MetaImageFile opened)
    {
        using MetaImageFile file = opened;
        file.CheckPromise();
        return file.Header;
    }

    private static IReadOnlyList<Volume<float>> Channels(MetaImageFile opened)
    {
        using MetaImageFile file = opened;
        return file.ReadChannels();
    }

    private static Volume<short> Labels(MetaImageFile opened)
    {
        using MetaImageFile file = opened;
        return file.ReadLabels();
    }
}
