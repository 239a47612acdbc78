using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>A DICOM RT Structure Set as a label map on the grid of the series that it was drawn on: the numbers of its regions are the labels.</summary>
/// <remarks>A voxel belongs to a region where its centre lies inside its contours in that slice (<see cref="ContourFill"/>). Points and open contours enclose nothing and are told of.</remarks>
internal sealed class StructureSetReader
{
    private const string Damaged = "the file is damaged or not made as the standard has it; export it again";
    private const double LargestTilt = 0.1; // of a slice, from one end of a contour to the other
    private const double LargestOffset = 0.5; // of a slice

    private readonly string _path;
    private readonly DicomDataSet _data;
    private readonly int _shift; // how far labels lie above the numbers of the regions

    private StructureSetReader(string path, DicomDataSet data)
    {
        (_path, _data) = (path, data);
        Regions = RegionsOf(data);
        _shift = data.Items(DicomTag.StructureSetROISequence).Any(static r => r.Integer(DicomTag.ROINumber) == 0) ? 1 : 0;
    }

    /// <summary>The regions of interest by their numbers, which are the labels.</summary>
    public IReadOnlyList<DicomSegment> Regions { get; }

    /// <summary>The series that it was drawn on; null where the file does not tell.</summary>
    public string? SeriesUid => _data.Item(DicomTag.ReferencedFrameOfReferenceSequence)?.Item(DicomTag.RTReferencedStudySequence)?.Item(DicomTag.RTReferencedSeriesSequence)?.Text(DicomTag.SeriesInstanceUID);

    /// <summary>Whether a file's SOP class is that of structure sets.</summary>
    public static bool IsStructureSet(string? classUid) => classUid == DicomUid.StructureSet;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FileFormatException">It is no structure set, or damaged.</exception>
    public static StructureSetReader Open(string path) => Of(DicomFile.Read(path, DicomContent.WithoutPixels));

    /// <summary>A file that was read.</summary>
    /// <exception cref="FileFormatException">It is no structure set, or damaged.</exception>
    public static StructureSetReader Of(DicomFile file) => IsStructureSet(file.Data.Text(DicomTag.SOPClassUID))
        ? new StructureSetReader(file.Path, file.Data)
        : throw new FileFormatException(file.Path, $"the file is no structure set ({file.Data.Text(DicomTag.Modality) ?? "without modality"})", "give a DICOM RTSTRUCT");

    /// <summary>Fills the contours.</summary>
    /// <param name="extent">The voxels of the series (z, y, x).</param>
    /// <param name="geometry">Where they lie.</param>
    /// <param name="overlap">What becomes of voxels of several regions.</param>
    /// <param name="warnings">Gets what was passed over.</param>
    /// <param name="valueOf">The label of a region; null leaves the region out. Its number unless given.</param>
    /// <exception cref="FileFormatException">A contour lies outside of the series or askew to it, or regions overlap.</exception>
    public Volume<short> ReadLabels(Extent extent, ImageGeometry geometry, SegmentOverlap overlap, ICollection<string> warnings, Func<DicomSegment, short?>? valueOf = null)
    {
        MemoryLimit.Check(_path, extent.Count * sizeof(short), $"the label map of {extent} voxels (z, y, x)");
        List<(DicomSegment Region, short Value)> wanted = [];
        foreach (DicomSegment region in Regions)
        {
            if ((valueOf is null ? (short)region.Value : valueOf(region)) is { } value) wanted.Add((region, value));
        }

        Dictionary<short, string> names = [];
        foreach ((DicomSegment region, short value) in wanted) names.TryAdd(value, region.Name);
        LabelMapBuilder builder = new(_path, extent, overlap, label => $"{label} {names.GetValueOrDefault((short)label)}".TrimEnd());
        ILookup<int, DicomDataSet> contours = _data.Items(DicomTag.ROIContourSequence).ToLookup(static c => c.NeededInteger(DicomTag.ReferencedROINumber));
        foreach ((DicomSegment region, short value) in wanted.OrderBy(static w => w.Value))
        {
            Dictionary<int, ContourFill> slices = [];
            int open = 0;
            foreach (DicomDataSet contour in contours[region.Value - _shift].SelectMany(static c => c.Items(DicomTag.ContourSequence)))
            {
                if (contour.NeededText(DicomTag.ContourGeometricType) is "CLOSED_PLANAR" or "CLOSEDPLANAR_XOR") Fill(contour, region, extent, geometry, slices);
                else open++;
            }

            if (open > 0) warnings.Add($"{open} {(open == 1 ? "contour" : "contours")} of {region.Name} {(open == 1 ? "is a point or" : "are points or")} open and {(open == 1 ? "was" : "were")} left out");
            if (slices.Count == 0) warnings.Add($"{region.Name} has no closed contour");
            foreach ((int z, ContourFill fill) in slices)
            {
                for (int i = 0; i < extent.SliceCount; i++)
                {
                    if (fill[i]) builder.Set((z * extent.SliceCount) + i, value);
                }
            }
        }

        builder.Finish();
        return new Volume<short>(builder.Labels, extent, geometry);
    }

    private static List<DicomSegment> RegionsOf(DicomDataSet data)
    {
        Dictionary<int, double[]> colours = [];
        foreach (DicomDataSet contour in data.Items(DicomTag.ROIContourSequence))
        {
            if (contour.Numbers(DicomTag.ROIDisplayColor) is { Length: 3 } colour) colours.TryAdd(contour.NeededInteger(DicomTag.ReferencedROINumber), colour);
        }

        List<DicomSegment> regions = [];
        HashSet<int> numbers = [];
        foreach (DicomDataSet item in data.Items(DicomTag.StructureSetROISequence))
        {
            int number = item.NeededInteger(DicomTag.ROINumber);
            if (number is < 0 or >= short.MaxValue) throw new FileFormatException(item.Where, $"the region's number is {number}, but labels are below {short.MaxValue}", "number the regions anew");
            if (!numbers.Add(number)) throw new FileFormatException(item.Where, $"two regions have the number {number}", Damaged);
            string name = item.Text(DicomTag.ROIName) ?? FormattableString.Invariant($"region {number}");
            regions.Add(DicomSegment.Of(number, name) with
            {
                Colour = colours.TryGetValue(number, out double[]? c) ? (Part(c[0]), Part(c[1]), Part(c[2])) : null,
            });
        }

        if (regions.Count == 0) throw data.Missing(DicomTag.StructureSetROISequence);

        // Some number from 0 on, which is the background here: these regions are labels one higher.
        if (numbers.Contains(0)) regions = [.. regions.Select(static r => r with { Value = r.Value + 1 })];
        return [.. regions.OrderBy(static r => r.Value)];

        static byte Part(double value) => (byte)Math.Clamp(double.IsNaN(value) ? 0 : value, 0, 255);
    }

    private static void Fill(DicomDataSet contour, DicomSegment region, Extent extent, ImageGeometry geometry, Dictionary<int, ContourFill> slices)
    {
        double[] data = contour.Numbers(DicomTag.ContourData);
        int? said = contour.Integer(DicomTag.NumberOfContourPoints);
        if (data.Length == 0 || data.Length % 3 != 0 || (said is { } count && count != data.Length / 3))
            throw new FileFormatException(contour.Where, $"a contour of {region.Name} has {data.Length} coordinates, but says {said?.ToString(CultureInfo.InvariantCulture) ?? "nothing of its"} points", Damaged);

        (double X, double Y)[] points = new (double, double)[data.Length / 3];
        double lowest = double.PositiveInfinity, highest = double.NegativeInfinity;
        for (int i = 0; i < points.Length; i++)
        {
            (double x, double y, double z) = LabelGrid.Voxel(data.AsSpan(3 * i, 3), geometry);
            if (!double.IsFinite(x + y + z)) throw new FileFormatException(contour.Where, $"a contour of {region.Name} has a coordinate that is not finite", Damaged);
            points[i] = (x, y);
            lowest = Math.Min(lowest, z);
            highest = Math.Max(highest, z);
        }

        if (highest - lowest > LargestTilt)
            throw new FileFormatException(contour.Where, string.Create(CultureInfo.InvariantCulture, $"a contour of {region.Name} reaches over {highest - lowest:0.##} slices of the images"), "give the series that the contours were drawn on with --reference");
        double middle = (lowest + highest) / 2, slice = Math.Round(middle);
        if (slice < 0 || slice >= extent.Z || Math.Abs(middle - slice) > LargestOffset)
            throw new FileFormatException(contour.Where, string.Create(CultureInfo.InvariantCulture, $"a contour of {region.Name} lies at slice {middle:0.##} of the images, which have slices 0 to {extent.Z - 1}"), "give the series that the contours were drawn on with --reference, with all of its slices");
        if (!slices.TryGetValue((int)slice, out ContourFill? fill)) slices[(int)slice] = fill = new ContourFill(extent.Y, extent.X);
        fill.Add(points);
    }
}
