using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Dicom;

/// <summary>A zip archive with the DICOM files of one series, in any folders of it.</summary>
[CatalogName("dicom_zip")]
internal sealed class DicomZipFormat : ImageFormat
{
    public override IReadOnlyList<string> Endings { get; } = [DicomZip.Ending];

    public override bool HoldsSeries => true;

    public override bool IsImageFile(string path) => DicomZip.HasDicom(path);

    public override ImageHeader ReadHeader(string path) => DicomSeries.Open(path).Header;

    public override IReadOnlyList<Volume<float>> ReadChannels(string path) => [DicomSeries.Open(path).Read()];
}
