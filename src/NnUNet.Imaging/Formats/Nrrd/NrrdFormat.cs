using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.Nrrd;

/// <summary>NRRD: single files, headers with their voxels in other files, and 3D Slicer's segmentations.</summary>
[CatalogName("nrrd")]
internal sealed class NrrdFormat : ImageFormat
{
    private const string Segmentation = ".seg.nrrd";

    public override IReadOnlyList<string> Endings { get; } = [Segmentation, ".nrrd", ".nhdr"];

    public override IReadOnlyList<string> WritableEndings => Endings;

    public override bool NamesLabels(string path) => IsSegmentation(path);

    public override bool Recognizes(ReadOnlySpan<byte> start) => NrrdHeader.HasMagic(start);

    public override IReadOnlyList<string> FilesOf(string path) => [path, .. Named(path).Where(File.Exists)];

    public override IReadOnlyList<string> MissingFilesOf(string path) => [.. Named(path).Where(static file => !File.Exists(file))];

    public override string? OpeningFileOf(string path) => DetachedFiles.HeaderOf(path, ".nhdr", ".raw", ".raw.gz");

    public override void CopyRenamed(string from, string to, IReadOnlyDictionary<string, string> names)
    {
        using FileStream stream = InputFile.Open(from);
        NrrdHeader header = NrrdHeader.Read(from, stream);
        if (header.Files() is { } files) DetachedFiles.WriteRenamed(from, to, header.WithFiles([.. files.Select(file => names.GetValueOrDefault(file) ?? DetachedFiles.NameFor(from, file))]));
        else base.CopyRenamed(from, to, names);
    }

    public override ImageHeader ReadHeader(string path) => Header(NrrdFile.Open(path));

    public override ImageHeader ReadHeader(Stream content, string name) => Header(NrrdFile.Open(content, name));

    public override IReadOnlyList<Volume<float>> ReadChannels(string path) => Channels(NrrdFile.Open(path));

    public override IReadOnlyList<Volume<float>> ReadChannels(Stream content, string name) => Channels(NrrdFile.Open(content, name));

    public override Volume<short> ReadLabels(string path) => Labels(NrrdFile.Open(path));

    public override Volume<short> ReadLabels(Stream content, string name) => Labels(NrrdFile.Open(content, name));

    public override void WriteLabels(string path, Volume<short> labels, ImageLocation? reference = null) =>
        NrrdWriter.Write(path, labels.Extent, labels.Geometry, VoxelBytes.Of(labels), Segments(path, labels));

    public override void WriteLabels(string path, Volume<short> labels, IReadOnlyDictionary<int, string> names, ImageLocation? reference = null) =>
        NrrdWriter.Write(path, labels.Extent, labels.Geometry, VoxelBytes.Of(labels), NrrdSegments.Lines(labels, names));

    public override void WriteVolume(string path, Volume<float> volume, ImageLocation? reference = null) =>
        NrrdWriter.Write(path, volume.Extent, volume.Geometry, VoxelBytes.Of(volume));

    public override void WriteLabels(Stream content, string ending, Volume<short> labels) =>
        NrrdWriter.Write(content, ending, labels.Extent, labels.Geometry, VoxelBytes.Of(labels), Segments(ending, labels));

    public override void WriteVolume(Stream content, string ending, Volume<float> volume) =>
        NrrdWriter.Write(content, ending, volume.Extent, volume.Geometry, VoxelBytes.Of(volume));

    private static bool IsSegmentation(string name) => name.EndsWith(Segmentation, StringComparison.OrdinalIgnoreCase);

    /// <summary>A segmentation tells its segments even where their names are not known: viewers look for them.</summary>
    private static string Segments(string name, Volume<short> labels) =>
        IsSegmentation(name) ? NrrdSegments.Lines(labels, ImageHeader.NoNames) : "";

    /// <summary>The other files that a header names; none where it cannot be read.</summary>
    private static IEnumerable<string> Named(string path) => DetachedFiles.Named(path, static (path, stream) => NrrdHeader.Read(path, stream).Files());

    private static ImageHeader Header(NrrdFile opened)
    {
        using NrrdFile file = opened;
        file.CheckPromise();
        return file.Header;
    }

    private static IReadOnlyList<Volume<float>> Channels(NrrdFile opened)
    {
        using NrrdFile file = opened;
        return file.ReadChannels();
    }

    private static Volume<short> Labels(NrrdFile opened)
    {
        using NrrdFile file = opened;
        return file.ReadLabels();
    }
}
