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

    public override ImageHeader ReadHeader(string path)
    {
        using NiftiFile file = NiftiFile.Open(path);
        file.CheckPromiseOfSingleFile();
        return file.Header;
    }

    public override IReadOnlyList<Volume<float>> ReadChannels(string path)
    {
        using NiftiFile file = NiftiFile.Open(path);
        file.BeginVoxels();
        List<Volume<float>> channels = [];
        for (int channel = 0; channel < file.Header.Channels; channel++)
        {
            channels.Add(new Volume<float>(file.ReadFloats(), file.Header.Extent, file.Header.Geometry));
        }

        file.Finish();
        return channels;
    }

    public override Volume<short> ReadLabels(string path)
    {
        using NiftiFile file = NiftiFile.Open(path);
        if (file.Header.Channels != 1) throw ImageFile.NotOneChannel(path, file.Header.Channels);

        file.BeginVoxels();
        short[] labels = file.ReadLabels();
        file.Finish();
        return new Volume<short>(labels, file.Header.Extent, file.Header.Geometry);
    }

    public override void WriteLabels(string path, Volume<short> labels, ImageLocation? reference = null) => NiftiWriter.WriteLabels(path, labels);

    public override void WriteVolume(string path, Volume<float> volume, ImageLocation? reference = null) => NiftiWriter.WriteVolume(path, volume);
}
