using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.Nrrd;

/// <summary>NRRD: single files, headers with their voxels in other files, and 3D Slicer's segmentations.</summary>
[CatalogName("nrrd")]
internal sealed class NrrdFormat : VoxelFormat
{
    private const string Segmentation = ".seg.nrrd";

    public override IReadOnlyList<string> Endings { get; } = [Segmentation, ".nrrd", ".nhdr"];

    protected override string SingleEnding => ".nrrd";

    protected override string HeaderEnding => ".nhdr";

    protected override string[] VoxelEndings { get; } = [".raw", ".raw.gz"];

    public override bool NamesLabels(string path) => IsSegmentation(path);

    public override bool Recognizes(ReadOnlySpan<byte> start) => NrrdHeader.HasMagic(start);

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

    protected override VoxelHeader ReadLines(string path, Stream stream) => NrrdHeader.Read(path, stream);

    protected override VoxelFile Read(string path, Stream stream) => NrrdFile.Read(path, stream);

    private static bool IsSegmentation(string name) => name.EndsWith(Segmentation, StringComparison.OrdinalIgnoreCase);

    /// <summary>A segmentation tells its segments even where their names are not known: viewers look for them.</summary>
    private static string Segments(string name, Volume<short> labels) =>
        IsSegmentation(name) ? NrrdSegments.Lines(labels, ImageHeader.NoNames) : "";
}
