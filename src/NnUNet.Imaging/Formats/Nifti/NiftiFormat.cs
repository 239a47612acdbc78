using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Nifti;

/// <summary>NIfTI-1 and NIfTI-2, single files and .hdr/.img pairs (a pair is opened by its .hdr), compressed or not.</summary>
/// <remarks>Voxels that are not finite are kept, as ITK 6 does; ITK before made them 0.</remarks>
[CatalogName("nifti")]
internal sealed class NiftiFormat : ImageFormat
{
    public override IReadOnlyList<string> Endings { get; } = [".nii.gz", ".nii", ".hdr", ".hdr.gz"];

    public override IReadOnlyList<string> WritableEndings => Endings;

    public override bool Recognizes(ReadOnlySpan<byte> start) => NiftiHeader.HasMagic(start);

    // A .nii that tells to look beside it is rare enough to be asked only where there is something beside it.
    public override IReadOnlyList<string> FilesOf(string path) =>
        NiftiPair.ImageOf(path) is { } image && (NiftiPair.IsHeader(path) || NiftiFile.IsHeaderOfPair(path)) ? [path, image] : [path];

    public override IReadOnlyList<string> MissingFilesOf(string path) =>
        NiftiPair.IsHeader(path) && NiftiPair.ImageOf(path) is null && NiftiFile.IsHeaderOfPair(path) ? [NiftiPair.ImageName(path)] : [];

    public override string? OpeningFileOf(string path) => NiftiPair.HeaderOf(path);

    public override ImageHeader ReadHeader(string path) => Header(NiftiFile.Open(path));

    public override ImageHeader ReadHeader(Stream content, string name) => Header(NiftiFile.Open(content, name));

    public override IReadOnlyList<Volume<float>> ReadChannels(string path) => Channels(NiftiFile.Open(path));

    public override IReadOnlyList<Volume<float>> ReadChannels(Stream content, string name) => Channels(NiftiFile.Open(content, name));

    public override Volume<short> ReadLabels(string path) => Labels(path, NiftiFile.Open(path));

    public override Volume<short> ReadLabels(Stream content, string name) => Labels(name, NiftiFile.Open(content, name));

    public override void WriteLabels(string path, Volume<short> labels, ImageLocation? reference = null) => NiftiWriter.WriteLabels(path, labels);

    public override void WriteLabels(string path, Volume<short> labels, IReadOnlyDictionary<int, string> names, ImageLocation? reference = null) => NiftiWriter.WriteLabels(path, labels, names);

    public override void WriteVolume(string path, Volume<float> volume, ImageLocation? reference = null) => NiftiWriter.WriteVolume(path, volume);

    public override void WriteLabels(Stream content, string ending, Volume<short> labels) => NiftiWriter.WriteLabels(content, ending, labels);

    public override void WriteVolume(Stream content, string ending, Volume<float> volume) => NiftiWriter.WriteVolume(content, ending, volume);

    private static ImageHeader Header(NiftiFile opened)
    {
        using NiftiFile file = opened;
        file.CheckPromiseOfSingleFile();
        return file.Header;
    }

    private static List<Volume<float>> Channels(NiftiFile opened)
    {
        using NiftiFile file = opened;
        file.BeginVoxels();
        List<Volume<float>> channels = [];
        for (int channel = 0; channel < file.Header.Channels; channel++)
        {
            channels.Add(new Volume<float>(file.ReadFloats(), file.Header.Extent, file.Header.Geometry));
        }

        file.Finish();
        return channels;
    }

    private static Volume<short> Labels(string path, NiftiFile opened)
    {
        using NiftiFile file = opened;
        if (file.Header.Channels != 1) throw ImageFile.NotOneChannel(path, file.Header.Channels);

        file.BeginVoxels();
        short[] labels = file.ReadLabels();
        file.Finish();
        return new Volume<short>(labels, file.Header.Extent, file.Header.Geometry);
    }
}
