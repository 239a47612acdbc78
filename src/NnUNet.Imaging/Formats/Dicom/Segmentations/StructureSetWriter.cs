using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>Writes label maps as DICOM RT Structure Set (PS3.3, A.19): closed planar contours along the edges of the pixels, in patient coordinates.</summary>
/// <remarks>
/// The numbers of the regions of interest are the labels. Contours are CLOSED_PLANAR, holes joined to what is around them (<see cref="PixelOutline"/>), which
/// every reader fills in the same way. Labels without any voxel are left out, since a region without contour is refused by some systems.
/// </remarks>
internal static class StructureSetWriter
{
    private const int NumbersAfter = 2000;
    private const int LongestName = 64;
    private const int Decimals = 5; // of millimetres
    private const string StudyManagement = "1.2.840.10008.3.1.2.3.1"; // Detached Study Management, retired, which readers still look for

    /// <summary>Writes a label map.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labels">The label map (z, y, x), on the grid of the series.</param>
    /// <param name="source">The series.</param>
    /// <param name="known">What is known of its labels; others that it has get a name by their value.</param>
    /// <returns>The regions as they are in the file.</returns>
    /// <exception cref="FileFormatException">The label map has another size than the series, or a negative label.</exception>
    public static IReadOnlyList<DicomSegment> Write(string path, Volume<short> labels, SourceSeries source, IReadOnlyList<DicomSegment> known)
    {
        source.CheckExtent(path, labels.Extent);
        IReadOnlyList<DicomSegment> segments = DicomSegment.Of(labels, known);
        Dictionary<int, List<Action<DicomDataSet>>> contours = Contours(labels, source);
        DicomSegment[] regions = [.. segments.Where(s => contours.ContainsKey(s.Value))];
        if (regions.Length == 0) regions = [segments[0]]; // there must be one, even where nothing was found
        DicomDataSet data = DerivedObject.Of(source, path, DicomUid.StructureSet, "RTSTRUCT", NumbersAfter, "Structure set", regions.Select(static s => s.Name))
            .AddText(DicomTag.OperatorsName)
            .AddText(DicomTag.StructureSetLabel, DerivedObject.Algorithm)
            .AddText(DicomTag.StructureSetDate, DerivedObject.Date(source.Head))
            .AddText(DicomTag.StructureSetTime, DerivedObject.Time(source.Head))
            .AddText(DicomTag.ApprovalStatus, "UNAPPROVED")
            .AddItems(DicomTag.ReferencedFrameOfReferenceSequence, frame => Frame(frame, source))
            .AddItems(DicomTag.StructureSetROISequence, regions.Select<DicomSegment, Action<DicomDataSet>>(region => item => item
                .AddNumbers(DicomTag.ROINumber, region.Value)
                .AddText(DicomTag.ReferencedFrameOfReferenceUID, source.FrameOfReferenceUid)
                .AddText(DicomTag.ROIName, DerivedObject.Short(region.Name, LongestName))
                .AddText(DicomTag.ROIGenerationAlgorithm, "AUTOMATIC")))
            .AddItems(DicomTag.ROIContourSequence, regions.Select<DicomSegment, Action<DicomDataSet>>(region => item => Region(item, region, contours.GetValueOrDefault(region.Value))))
            .AddItems(DicomTag.RTROIObservationsSequence, regions.Select<DicomSegment, Action<DicomDataSet>>((region, index) => item => Observation(item, index + 1, region)));
        DerivedObject.Write(path, data);
        return regions;
    }

    private static void Frame(DicomDataSet item, SourceSeries source) => item
        .AddText(DicomTag.FrameOfReferenceUID, source.FrameOfReferenceUid)
        .AddItems(DicomTag.RTReferencedStudySequence, study => study
            .AddText(DicomTag.ReferencedSOPClassUID, StudyManagement)
            .AddText(DicomTag.ReferencedSOPInstanceUID, source.StudyUid)
            .AddItems(DicomTag.RTReferencedSeriesSequence, series => SegmentationWriter.References(series.AddText(DicomTag.SeriesInstanceUID, source.SeriesUid), DicomTag.ContourImageSequence, source.Instances)));

    private static void Region(DicomDataSet item, DicomSegment region, List<Action<DicomDataSet>>? contours)
    {
        item.AddNumbers(DicomTag.ReferencedROINumber, region.Value);
        if (region.Colour is { } colour) item.AddNumbers(DicomTag.ROIDisplayColor, colour.Red, colour.Green, colour.Blue);
        if (contours is not null) item.AddItems(DicomTag.ContourSequence, contours);
    }

    private static void Observation(DicomDataSet item, int number, DicomSegment region)
    {
        item.AddNumbers(DicomTag.ObservationNumber, number)
            .AddNumbers(DicomTag.ReferencedROINumber, region.Value)
            .AddText(DicomTag.RTROIInterpretedType, region.Codes.Category == StructureCodes.AnatomicalStructure ? "ORGAN" : "") // what a tumour is in a plan, its physicist says
            .AddText(DicomTag.ROIInterpreter);
        if (region.Codes.Type != StructureCodes.Tissue.Type) item.AddItems(DicomTag.RTROIIdentificationCodeSequence, region.Codes.Type.Fill);
    }

    /// <summary>The contours of each label.</summary>
    private static Dictionary<int, List<Action<DicomDataSet>>> Contours(Volume<short> labels, SourceSeries source)
    {
        ImageGeometry geometry = source.Header.Geometry;
        Dictionary<int, List<Action<DicomDataSet>>> all = [];
        for (int z = 0; z < labels.Extent.Z; z++)
        {
            SourceSlice slice = source.Slices[z];
            foreach ((short label, (int, int, int, int) box) in Boxes(labels.Slice(z), labels.Extent.X).OrderBy(static b => b.Key))
            {
                if (!all.TryGetValue(label, out List<Action<DicomDataSet>>? contours)) all[label] = contours = [];
                foreach (IReadOnlyList<Corner> outline in PixelOutline.Of(labels.Slice(z), labels.Extent.X, label, box))
                {
                    double[] points = Points(outline, slice, geometry);
                    contours.Add(item => Contour(item, slice, points));
                }
            }
        }

        return all;
    }

    private static Dictionary<short, (int X0, int X1, int Y0, int Y1)> Boxes(ReadOnlySpan<short> slice, int columns)
    {
        Dictionary<short, (int X0, int X1, int Y0, int Y1)> boxes = [];
        for (int start = 0; start < slice.Length;)
        {
            short label = slice[start];
            int x = start % columns, y = start / columns, end = start + 1;
            while (end < slice.Length && end % columns != 0 && slice[end] == label) end++;
            if (label != 0)
            {
                int last = x + end - start - 1;
                boxes[label] = boxes.TryGetValue(label, out (int X0, int X1, int Y0, int Y1) box)
                    ? (Math.Min(box.X0, x), Math.Max(box.X1, last), box.Y0, y)
                    : (x, last, y, y);
            }

            start = end;
        }

        return boxes;
    }

    private static double[] Points(IReadOnlyList<Corner> outline, SourceSlice slice, ImageGeometry geometry)
    {
        double[] points = new double[outline.Count * 3];
        for (int i = 0; i < outline.Count; i++)
        {
            double x = (outline[i].X - 0.5) * geometry.ItkSpacing[0], y = (outline[i].Y - 0.5) * geometry.ItkSpacing[1];
            for (int world = 0; world < 3; world++)
                points[(3 * i) + world] = Math.Round(slice.Position[world] + (x * geometry.ItkDirection[3 * world]) + (y * geometry.ItkDirection[(3 * world) + 1]), Decimals);
        }

        return points;
    }

    private static void Contour(DicomDataSet item, SourceSlice slice, double[] points) => item
        .AddItems(DicomTag.ContourImageSequence, image =>
        {
            image.AddText(DicomTag.ReferencedSOPClassUID, slice.ClassUid).AddText(DicomTag.ReferencedSOPInstanceUID, slice.InstanceUid);
            if (slice.Frame is { } frame) image.AddNumbers(DicomTag.ReferencedFrameNumber, frame);
        })
        .AddText(DicomTag.ContourGeometricType, "CLOSED_PLANAR")
        .AddNumbers(DicomTag.NumberOfContourPoints, points.Length / 3)
        .AddNumbers(DicomTag.ContourData, points);
}
