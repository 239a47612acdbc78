using NnUNet.Core.Cropping;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom.Segmentations;

namespace NnUNet.Core.DicomResults;

/// <summary>DICOM files of a folder's segmentations, for viewers and treatment planning systems: each kind in a folder of its own within it.</summary>
internal static class DicomCompanions
{
    /// <summary>The folder of segmentations (SEG).</summary>
    public const string SegmentationFolder = "dicom_seg";

    /// <summary>The folder of structure sets (RTSTRUCT).</summary>
    public const string StructureSetFolder = "rtstruct";

    /// <summary>The folder of segmentations with fractions (SEG).</summary>
    public const string FractionFolder = "dicom_seg_fractional";

    private const string Ending = ".dcm";

    /// <summary>Refuses an image that is no DICOM series, to which such files would belong.</summary>
    /// <param name="image">The image's file or folder.</param>
    /// <exception cref="DescribedException">It is none.</exception>
    public static void Check(string image)
    {
        if (ImageLocation.Of(image) is { } location && SegmentationFormat.IsDicom(location)) return;
        throw new DescribedException(image, "a DICOM SEG or RTSTRUCT is asked for, which belongs to a DICOM series, but the image is none", "give the cases as DICOM series (a folder or zip archive a case), or convert the results later: nnunet convert_segmentation --reference SERIES");
    }

    /// <summary>Writes the files of a case.</summary>
    /// <param name="folder">The folder of the segmentations.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="labels">Its segmentation (z, y, x).</param>
    /// <param name="image">The series, a folder or a file.</param>
    /// <param name="names">The labels' names by their values as text.</param>
    /// <param name="segmentation">Whether a SEG is written.</param>
    /// <param name="structureSet">Whether an RTSTRUCT is written.</param>
    /// <exception cref="DescribedException">The image is no series of these labels.</exception>
    public static void Write(string folder, string caseId, Volume<short> labels, string image, IReadOnlyDictionary<string, string> names, bool segmentation, bool structureSet)
    {
        SourceSeries source = SourceSeries.Open(image);
        Volume<short> placed = LabelGrid.Place(labels, source.Header.Extent, source.Header.Geometry, caseId);
        IReadOnlyList<DicomSegment> known = SegmentTable.Of(names);
        if (segmentation) SegmentationWriter.Write(PathOf(folder, SegmentationFolder, caseId), placed, source, known);
        if (structureSet) StructureSetWriter.Write(PathOf(folder, StructureSetFolder, caseId), placed, source, known);
    }

    /// <summary>Writes the probabilities of a case.</summary>
    /// <param name="folder">The folder of the segmentations.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="probabilities">The networks' outputs (K, z, y, x) in the model's transposed axes.</param>
    /// <param name="properties">What preprocessing noted about the case.</param>
    /// <param name="image">The series: a folder, an archive or a file.</param>
    /// <param name="contract">The model's contract.</param>
    /// <param name="cancel">Stops within an output.</param>
    /// <exception cref="DescribedException">The image is no series of this case, or a value is not finite.</exception>
    public static void WriteFractions(string folder, string caseId, ProbabilityMaps probabilities, CaseProperties properties, string image, ModelContract contract, CancellationToken cancel) =>
        FractionalSegmentation.Write(PathOf(folder, FractionFolder, caseId), probabilities, properties, contract, SourceSeries.Open(image), cancel);

    private static string PathOf(string folder, string kind, string caseId)
    {
        string inside = Path.Combine(folder, kind);
        Directory.CreateDirectory(inside);
        return Path.Combine(inside, caseId + Ending);
    }
}
