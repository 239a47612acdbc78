using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom;

/// <summary>DICOM: a folder with the files of one series, whatever they are called, or a file of one or many frames.</summary>
[CatalogName("dicom")]
internal sealed class DicomFormat : ImageFormat
{
    public override IReadOnlyList<string> Endings { get; } = [".dcm"];

    public override bool Recognizes(ReadOnlySpan<byte> start) => DicomFile.HasMagic(start) && !DicomStart.IsSegmentation(start);

    public override bool IsImageFolder(string folder) => DicomFolder.IsImage(folder);

    public override IReadOnlyList<string> FilesOf(string path) => Directory.Exists(path) ? DicomFolder.FilesOf(path) : [path];

    public override ImageHeader ReadHeader(string path) => DicomSeries.Open(path).Header;

    public override IReadOnlyList<Volume<float>> ReadChannels(string path) => [DicomSeries.Open(path).Read()];
}
