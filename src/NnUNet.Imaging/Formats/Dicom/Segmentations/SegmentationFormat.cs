using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>DICOM SEG as a label map: read whatever the file is called, written beside the series that it belongs to.</summary>
[CatalogName("dicom_seg")]
internal sealed class SegmentationFormat : ImageFormat
{
    /// <summary>The ending under which segmentations are written.</summary>
    public const string Ending = ".seg.dcm";

    public override IReadOnlyList<string> Endings { get; } = [Ending];

    public override IReadOnlyList<string> WritableEndings => Endings;

    public override bool Recognizes(ReadOnlySpan<byte> start) => DicomStart.IsSegmentation(start);

    public override ImageHeader ReadHeader(string path)
    {
        SegmentationReader reader = SegmentationReader.Open(path);
        return new ImageHeader(reader.Extent, 1, reader.Geometry, "int16", []) { BytesWhileRead = reader.PixelBytes };
    }

    public override IReadOnlyList<Volume<float>> ReadChannels(string path)
    {
        Volume<short> labels = ReadLabels(path);
        return [LabelConversion.ToFloat(labels)];
    }

    public override Volume<short> ReadLabels(string path) => SegmentationReader.Open(path, DicomContent.WithPixels).ReadLabels();

    public override void WriteLabels(string path, Volume<short> labels, ImageLocation? reference = null) => WriteLabels(path, labels, ImageHeader.NoNames, reference);

    public override void WriteLabels(string path, Volume<short> labels, IReadOnlyDictionary<int, string> names, ImageLocation? reference = null)
    {
        SourceSeries source = Source(path, reference);
        SegmentationWriter.Write(path, LabelGrid.Place(labels, source.Header.Extent, source.Header.Geometry, path), source, [.. names.Select(static n => DicomSegment.Of(n.Key, n.Value))]);
    }

    /// <summary>The series of an image.</summary>
    /// <param name="path">The file that is written, for errors.</param>
    /// <param name="image">The image.</param>
    /// <exception cref="FileFormatException">It is not known, or is no DICOM series.</exception>
    public static SourceSeries Source(string path, ImageLocation? image)
    {
        if (image is null) throw new FileFormatException(path, "a DICOM SEG belongs to a series of images, which is not known here", "write NIfTI, and convert it with nnunet convert_segmentation --reference SERIES");
        if (!IsDicom(image)) throw new FileFormatException(path, $"a DICOM SEG belongs to a series of images, but {image.FileName} is none of DICOM", "give the images as DICOM series, or choose another ending");
        return SourceSeries.Open(image.Path);
    }

    /// <summary>Whether an image is of DICOM; of a folder, its format has looked already.</summary>
    public static bool IsDicom(ImageLocation image) => image.Format is DicomZipFormat || (image.IsFolder ? image.Format is DicomFormat : DicomFile.IsDicom(image.Path));
}
