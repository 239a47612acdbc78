using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom;

namespace NnUNet.Cli.Documents;

/// <summary>The DICOM series of a folder or archive: <c>nnunet/dicom/1</c>.</summary>
/// <param name="Place">The folder or archive.</param>
/// <param name="Series">Its series, in the order of patients, studies and series' numbers.</param>
/// <param name="Unreadable">Files that are DICOM, but cannot be read, in words.</param>
/// <param name="SortedInto">The folder that got the images; null where none were copied.</param>
internal sealed record DicomDocument(string Place, IReadOnlyList<DicomSeriesDocument> Series, IReadOnlyList<string> Unreadable, string? SortedInto)
{
    /// <summary>The document's kind and version.</summary>
    public const string Schema = "nnunet/dicom/1";

    /// <summary>What was found, as a document.</summary>
    /// <param name="place">The folder or archive.</param>
    /// <param name="series">Its series.</param>
    /// <param name="unreadable">Files that cannot be read.</param>
    /// <param name="output">The folder that got the images; null for none.</param>
    /// <param name="names">The folders in it, in the order of the series that make an image.</param>
    public static DicomDocument Of(string place, IReadOnlyList<FoundSeries> series, IReadOnlyList<string> unreadable, string? output = null, IReadOnlyList<string>? names = null)
    {
        Queue<string> folders = new(names ?? []);
        return new(
            Path.GetFullPath(place),
            [.. series.Select(s => DicomSeriesDocument.Of(s, s.Image is not null && output is not null && folders.TryDequeue(out string? name) ? Path.GetFullPath(Path.Combine(output, name)) : null))],
            unreadable,
            output is null ? null : Path.GetFullPath(output));
    }
}

/// <summary>A series.</summary>
/// <param name="PatientId">The patient's identifier; empty where there is none.</param>
/// <param name="Study">The study's description, or else its date; empty where there is none.</param>
/// <param name="StudyUid">The study's identifier.</param>
/// <param name="SeriesUid">The series' identifier.</param>
/// <param name="Number">The series' number as it is written; empty where there is none.</param>
/// <param name="Description">The series' description; empty where there is none.</param>
/// <param name="Modality">The modality, such as CT.</param>
/// <param name="Files">Its files, in the order of the slices where they make an image.</param>
/// <param name="IsImage">Whether it makes an image.</param>
/// <param name="Path">The folder or archive that can be given as this image; null where it has others beside it, or makes none.</param>
/// <param name="Fault">Why it makes no image; null where it makes one.</param>
/// <param name="Warnings">What was left out or taken for granted.</param>
/// <param name="Voxels">Voxel counts (z, y, x); null without an image.</param>
/// <param name="SpacingMm">Millimetres (z, y, x); null without an image.</param>
/// <param name="DataType">The stored number type by numpy's name; null without an image.</param>
/// <param name="SortedTo">The folder that it was copied to; null where it was not.</param>
internal sealed record DicomSeriesDocument(
    string PatientId,
    string Study,
    string StudyUid,
    string SeriesUid,
    string Number,
    string Description,
    string Modality,
    IReadOnlyList<string> Files,
    bool IsImage,
    string? Path,
    string? Fault,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<int>? Voxels,
    IReadOnlyList<double>? SpacingMm,
    string? DataType,
    string? SortedTo)
{
    /// <summary>A series as a document.</summary>
    public static DicomSeriesDocument Of(FoundSeries series, string? sortedTo)
    {
        ImageHeader? image = series.Image;
        return new(
            series.Patient,
            series.Study,
            series.StudyUid,
            series.SeriesUid,
            series.Number,
            series.Description,
            series.Modality,
            [.. series.Files.Select(System.IO.Path.GetFullPath)],
            image is not null,
            image is null || series.Place is null ? null : System.IO.Path.GetFullPath(series.Place),
            series.Fault,
            image?.Warnings ?? [],
            image is null ? null : [image.Extent.Z, image.Extent.Y, image.Extent.X],
            image is null ? null : [.. image.Geometry.ItkSpacing.Reverse()],
            image?.DataType,
            sortedTo);
    }
}
