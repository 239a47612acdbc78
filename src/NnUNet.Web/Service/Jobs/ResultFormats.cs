using NnUNet.Core.DicomResults;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Web.Service.Jobs;

/// <summary>The formats in which segmentations are answered: those of the catalogue that make one file of an image, and DICOM of series.</summary>
internal static class ResultFormats
{
    /// <summary>The ending of a DICOM SEG.</summary>
    public const string DicomSegmentation = ".seg.dcm";

    /// <summary>The ending of a DICOM RTSTRUCT.</summary>
    public const string StructureSet = ".rtstruct.dcm";

    /// <summary>The media type of what has none of its own.</summary>
    public const string AnyType = "application/octet-stream";

    private static readonly (string Ending, string Type)[] Types =
    [
        (".nii.gz", "application/gzip"), (".nii.gz", "application/x-nifti-gz"), (".nii", "application/x-nifti"), (".nrrd", "application/x-nrrd"), (".seg.nrrd", "application/x-seg-nrrd"),
        (".mha", "application/x-metaimage"), (".tif", "image/tiff"), (".tiff", "image/tiff"), (".png", "image/png"), (".bmp", "image/bmp"), (DicomSegmentation, "application/dicom"), (StructureSet, "application/dicom"),
    ];

    /// <summary>The endings that may be asked for, without those of DICOM.</summary>
    public static IReadOnlyList<string> Endings { get; } = [.. ImageFile.WritableEndings.Where(IsOneFile)];

    /// <summary>The media type of an ending.</summary>
    public static string TypeOf(string ending) => Array.Find(Types, t => t.Ending.Equals(ending, StringComparison.OrdinalIgnoreCase)).Type ?? AnyType;

    /// <summary>The ending of a media type; null where none has it.</summary>
    public static string? EndingOf(string type) => Array.Find(Types, t => t.Type.Equals(type, StringComparison.OrdinalIgnoreCase)).Ending;

    /// <summary>Checks an ending that is asked for, with its dot or without.</summary>
    /// <returns>As it is written in names of files.</returns>
    /// <exception cref="DescribedException">Nothing is answered under it.</exception>
    public static string Checked(string asked)
    {
        string ending = (asked.StartsWith('.') ? asked : "." + asked).ToLowerInvariant();
        return Endings.Contains(ending) || ending is DicomSegmentation or StructureSet ? ending : throw new DescribedException("format", $"segmentations are not answered as \"{asked}\"", $"choose one of {string.Join(", ", [.. Endings, DicomSegmentation, StructureSet])}");
    }

    /// <summary>The ending of a job's segmentation as it lies there.</summary>
    public static string OwnEnding(JobResult result) => result.File[JobCase.Name.Length..];

    /// <summary>The file of a job's segmentation in a format; it is made where it is not there yet.</summary>
    /// <param name="job">The job, which is done.</param>
    /// <param name="result">Its result.</param>
    /// <param name="ending">The ending; null for the segmentation as it lies there.</param>
    /// <param name="labels">The model's labels.</param>
    /// <exception cref="DescribedException">The segmentation cannot have this format.</exception>
    public static string FileOf(Job job, JobResult result, string? ending, LabelContract labels)
    {
        string own = Path.Combine(job.ResultFolder, result.File);
        if (ending is null || ending == OwnEnding(result)) return own;
        if (ending is DicomSegmentation or StructureSet)
        {
            string companion = Path.Combine(job.ResultFolder, ending == DicomSegmentation ? DicomCompanions.SegmentationFolder : DicomCompanions.StructureSetFolder, JobCase.Name + ".dcm");
            return File.Exists(companion) ? companion : throw new DescribedException("format", $"there is no {ending} of this segmentation, since its image is no DICOM series that allows for one", $"choose one of {string.Join(", ", Endings)}");
        }

        string converted = Path.Combine(job.ResultFolder, JobCase.Name + ending);
        if (File.Exists(converted)) return converted;
        Volume<short> stored = ImageFile.ReadLabels(own);

        // Formats keep places with less digits than the image's own.
        ImageFile.WriteSegmentation(converted, new Volume<short>(stored.Voxels, stored.Extent, result.Geometry), labels.NamesByLabel());
        return converted;
    }

    /// <summary>Whether an image of a format is one file.</summary>
    private static bool IsOneFile(string ending)
    {
        try
        {
            ImageFile.WriteLabels(Stream.Null, new Volume<short>(new Extent(1, 1, 1)), ending);
            return true;
        }
        catch (FileFormatException)
        {
            return false;
        }
    }
}
