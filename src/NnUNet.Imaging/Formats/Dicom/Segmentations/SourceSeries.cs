using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>One slice of a series that was segmented.</summary>
/// <param name="ClassUid">Its instance's SOP class.</param>
/// <param name="InstanceUid">Its instance.</param>
/// <param name="Frame">The instance's frame from 1, where it has several; null where it is one.</param>
/// <param name="Position">Centre of the first voxel in millimetres, LPS (x, y, z).</param>
internal sealed record SourceSlice(string ClassUid, string InstanceUid, int? Frame, double[] Position);

/// <summary>The series of images that was segmented: its patient and study, its instances, and the grid of its voxels.</summary>
internal sealed class SourceSeries
{
    private SourceSeries(string path, DicomDataSet head, ImageHeader header, IReadOnlyList<SourceSlice> slices) => (Path, Head, Header, Slices) = (path, head, header, slices);

    /// <summary>The series' folder or file.</summary>
    public string Path { get; }

    /// <summary>The attributes of the first slice's file.</summary>
    public DicomDataSet Head { get; }

    /// <summary>Size, geometry, and what was left out.</summary>
    public ImageHeader Header { get; }

    /// <summary>The slices in the order of the volume (z).</summary>
    public IReadOnlyList<SourceSlice> Slices { get; }

    /// <summary>The study.</summary>
    public string StudyUid => Head.NeededText(DicomTag.StudyInstanceUID);

    /// <summary>The series.</summary>
    public string SeriesUid => Head.NeededText(DicomTag.SeriesInstanceUID);

    /// <summary>In which coordinates the positions are; one of the series' own where it does not tell.</summary>
    public string FrameOfReferenceUid => Head.Text(DicomTag.FrameOfReferenceUID) ?? DicomUid.Of($"frame of reference of series {SeriesUid}");

    /// <summary>Its instances in the order of the slices, each once.</summary>
    public IEnumerable<(string ClassUid, string InstanceUid)> Instances => Slices.Select(static s => (s.ClassUid, s.InstanceUid)).Distinct();

    /// <summary>Reads the headers of a series.</summary>
    /// <param name="path">A folder of its files, or one file.</param>
    /// <exception cref="FileFormatException">It is no series that makes a volume, or does not tell where its slices lie.</exception>
    public static SourceSeries Open(string path)
    {
        DicomSeries series = DicomSeries.Open(path);
        List<SourceSlice> slices = [];
        foreach (DicomSlice slice in series.Slices)
        {
            DicomDataSet data = slice.File.Data;
            slices.Add(new SourceSlice(
                data.NeededText(DicomTag.SOPClassUID),
                data.NeededText(DicomTag.SOPInstanceUID),
                (data.Integer(DicomTag.NumberOfFrames) ?? 1) > 1 ? slice.Frame + 1 : null,
                slice.Position ?? throw data.Missing(DicomTag.ImagePositionPatient)));
        }

        return new SourceSeries(path, series.Slices[0].File.Data, series.Header, slices);
    }

    /// <summary>Refuses labels of another size.</summary>
    /// <param name="path">The file that is written, for the error.</param>
    /// <param name="extent">The labels' voxels (z, y, x).</param>
    /// <exception cref="FileFormatException">They are not as many as the series has.</exception>
    public void CheckExtent(string path, Extent extent)
    {
        if (extent == Header.Extent) return;
        throw new FileFormatException(path, $"the labels have {extent} voxels (z, y, x), but the series {Path} has {Header.Extent}", "give the series that was segmented");
    }
}
