using System.Buffers.Binary;
using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>A DICOM SEG as a label map: the numbers of its segments are the labels, its frames tell the grid.</summary>
/// <remarks>
/// Binary and fractional segments and label maps. Slices without a frame are empty; where frames are missing at the ends, the grid is smaller than that of the
/// images (<see cref="LabelGrid"/> brings it there). Of fractions, a voxel belongs to the segment with the largest, where this is at least half of the maximum.
/// </remarks>
internal sealed class SegmentationReader
{
    private const string Damaged = "the file is damaged or not made as the standard has it; export it again";
    private const double SameDirection = 1e-3;
    private const double LargestSideStep = 0.1; // of a pixel
    private const double LargestUnevenness = 0.1; // of the distance between slices
    private const double SamePosition = 1e-3; // millimetres

    // Slices that need not be there: an empty slice costs no byte of the file, so that what a file says is limited by what it has.
    private const int EmptyPerSlice = 16;
    private const int EmptyAlways = 16;

    private readonly string _path;
    private readonly DicomDataSet _data;
    private readonly List<Frame> _frames;
    private readonly Kind _kind;
    private readonly int _bits;

    private SegmentationReader(string path, DicomDataSet data)
    {
        (_path, _data) = (path, data);
        (_kind, _bits) = KindOf(data);
        Segments = SegmentsOf(data);
        int rows = data.NeededInteger(DicomTag.Rows), columns = data.NeededInteger(DicomTag.Columns);
        _frames = FramesOf(rows, columns);
        (Geometry, Extent) = Grid(rows, columns);
    }

    private enum Kind
    {
        Binary,
        Fractional,
        LabelMap,
    }

    /// <summary>The segments by their numbers, which are the labels.</summary>
    public IReadOnlyList<DicomSegment> Segments { get; }

    /// <summary>Where the voxels lie.</summary>
    public ImageGeometry Geometry { get; }

    /// <summary>Voxels (z, y, x).</summary>
    public Extent Extent { get; }

    /// <summary>Bytes of the frames' pixels in the file.</summary>
    public long PixelBytes => _data.Find(DicomTag.PixelData)?.StoredLength ?? 0;

    /// <summary>The series that was segmented; null where the file does not tell.</summary>
    public string? SeriesUid => _data.Item(DicomTag.ReferencedSeriesSequence)?.Text(DicomTag.SeriesInstanceUID);

    /// <summary>Whether a file's SOP class is that of segmentations.</summary>
    public static bool IsSegmentation(string? classUid) => classUid is DicomUid.Segmentation or DicomStart.LabelMapSegmentation;

    /// <summary>Reads what a file says of its segments and frames, without voxels.</summary>
    /// <exception cref="FileFormatException">It is no SEG, damaged, or of a kind that is not read.</exception>
    public static SegmentationReader Open(string path, DicomContent content = DicomContent.WithoutPixels) => Of(DicomFile.Read(path, content));

    /// <summary>A file that was read.</summary>
    /// <exception cref="FileFormatException">It is no SEG, damaged, or of a kind that is not read.</exception>
    public static SegmentationReader Of(DicomFile file)
    {
        if (!IsSegmentation(file.Data.Text(DicomTag.SOPClassUID))) throw new FileFormatException(file.Path, $"the file is no segmentation ({file.Data.Text(DicomTag.Modality) ?? "without modality"})", "give a DICOM SEG");
        if (file.Data.Find(DicomTag.PixelData) is { Fragments: not null })
            throw new FileFormatException(file.Path, $"the segmentation is compressed by {file.Syntax.Name}, which is not read", "decompress it: gdcmconv --raw IN.dcm OUT.dcm (of GDCM)");
        return new SegmentationReader(file.Path, file.Data);
    }

    /// <summary>Reads the label map (z, y, x).</summary>
    /// <param name="overlap">What becomes of voxels of several segments.</param>
    /// <param name="valueOf">The label of a segment's number; null leaves the segment out. The number itself unless given.</param>
    /// <exception cref="FileFormatException">The file has fewer voxels than it says, or segments overlap.</exception>
    public Volume<short> ReadLabels(SegmentOverlap overlap = SegmentOverlap.Refuse, Func<DicomSegment, short?>? valueOf = null)
    {
        MemoryLimit.Check(_path, Extent.Count * sizeof(short), $"the segmentation of {Extent} voxels (z, y, x)");
        Dictionary<int, short> values = [];
        foreach (DicomSegment segment in Segments)
        {
            if ((valueOf is null ? (short)segment.Value : valueOf(segment)) is { } value) values[segment.Value] = value;
        }

        Dictionary<short, string> names = [];
        foreach (DicomSegment segment in Segments.Where(s => values.ContainsKey(s.Value))) names.TryAdd(values[segment.Value], segment.Name);
        LabelMapBuilder builder = new(_path, Extent, overlap, label => $"{label} {names.GetValueOrDefault((short)label)}".TrimEnd());
        byte[] pixels = _data.Bytes(DicomTag.PixelData);
        int slice = Extent.SliceCount;
        CheckPixels(pixels.Length, slice);
        byte[] largest = _kind == Kind.Fractional ? new byte[Extent.Count] : [];
        int half = Math.Max(1, ((_data.Integer(DicomTag.MaximumFractionalValue) ?? SegmentationWriter.MaximumFraction) + 1) / 2);

        // Labels come in ascending order, whatever the order of the frames is.
        foreach ((Frame frame, int index) in _frames.Select(static (f, i) => (f, i)).OrderBy(f => values.GetValueOrDefault(f.f.Segment)))
        {
            int to = frame.Z * slice;
            if (_kind == Kind.LabelMap)
            {
                LabelMapFrame(builder, pixels, index, slice, to, values);
            }
            else if (values.TryGetValue(frame.Segment, out short value))
            {
                if (_kind == Kind.Binary) BinaryFrame(builder, pixels, index, slice, to, value);
                else FractionalFrame(builder, pixels.AsSpan(index * slice, slice), largest, to, value, half);
            }
        }

        builder.Finish();
        return new Volume<short>(builder.Labels, Extent, Geometry);
    }

    private static void BinaryFrame(LabelMapBuilder builder, byte[] pixels, int index, int slice, int to, short value)
    {
        long bit = (long)index * slice;
        for (int i = 0; i < slice; i++, bit++)
        {
            if ((pixels[bit >> 3] >> (int)(bit & 7) & 1) != 0) builder.Set(to + i, value);
        }
    }

    private static void FractionalFrame(LabelMapBuilder builder, ReadOnlySpan<byte> pixels, byte[] largest, int to, short value, int half)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            if (pixels[i] < half || pixels[i] <= largest[to + i]) continue;
            largest[to + i] = pixels[i];
            builder.Labels[to + i] = value; // the largest fraction decides, so that nothing overlaps
        }
    }

    private void LabelMapFrame(LabelMapBuilder builder, byte[] pixels, int index, int slice, int to, Dictionary<int, short> values)
    {
        for (int i = 0; i < slice; i++)
        {
            int at = (index * slice) + i;
            int number = _bits == 8 ? pixels[at] : BinaryPrimitives.ReadUInt16LittleEndian(pixels.AsSpan(at * 2));
            if (number != 0 && values.TryGetValue(number, out short value)) builder.Set(to + i, value);
        }
    }

    private static (Kind Kind, int Bits) KindOf(DicomDataSet data)
    {
        string type = data.NeededText(DicomTag.SegmentationType);
        int bits = data.NeededInteger(DicomTag.BitsAllocated);
        return (type, bits) switch
        {
            ("BINARY", 1) => (Kind.Binary, 1),
            ("FRACTIONAL", 8) => (Kind.Fractional, 8),
            ("LABELMAP", 8 or 16) => (Kind.LabelMap, bits),
            _ => throw new FileFormatException(data.Where, $"the segmentation is {type} with {bits} bits a voxel, but BINARY with 1, FRACTIONAL with 8 and LABELMAP with 8 or 16 are read", Damaged),
        };
    }

    private static List<DicomSegment> SegmentsOf(DicomDataSet data)
    {
        List<DicomSegment> segments = [];
        HashSet<int> numbers = [];
        foreach (DicomDataSet item in data.Items(DicomTag.SegmentSequence))
        {
            int number = item.NeededInteger(DicomTag.SegmentNumber);
            if (number == 0) continue; // the background of a label map
            if (number is < 0 or > short.MaxValue) throw new FileFormatException(item.Where, $"the segment's number is {number}, but labels are at most {short.MaxValue}", Damaged);
            if (!numbers.Add(number)) throw new FileFormatException(item.Where, $"two segments have the number {number}", Damaged);
            double[]? colour = item.Numbers(DicomTag.RecommendedDisplayCIELabValue) is { Length: 3 } lab ? lab : null;
            DicomDataSet? type = item.Item(DicomTag.SegmentedPropertyTypeCodeSequence);
            CodedConcept? thing = Concept(type);
            segments.Add(new DicomSegment
            {
                Value = number,
                Name = item.Text(DicomTag.SegmentLabel) ?? FormattableString.Invariant($"segment {number}"),
                Colour = colour is null ? null : LabColour.ToRgb(colour),
                Codes = thing is null ? StructureCodes.Tissue : new StructureCodes
                {
                    Category = Concept(item.Item(DicomTag.SegmentedPropertyCategoryCodeSequence)) ?? StructureCodes.AnatomicalStructure,
                    Type = thing,
                    Modifier = Concept(type!.Item(DicomTag.SegmentedPropertyTypeModifierCodeSequence)),
                },
            });
        }

        return segments.Count > 0 ? [.. segments.OrderBy(static s => s.Value)] : throw data.Missing(DicomTag.SegmentSequence);
    }

    /// <summary>A code; null where it is not complete.</summary>
    private static CodedConcept? Concept(DicomDataSet? item)
    {
        if (item?.Text(DicomTag.CodeValue) is not { } value || item.Text(DicomTag.CodingSchemeDesignator) is not { } scheme || item.Text(DicomTag.CodeMeaning) is not { } meaning) return null;
        CodedConcept concept = new() { Value = value, Scheme = scheme, Meaning = meaning };
        return concept.Faults().Any() ? null : concept;
    }

    private List<Frame> FramesOf(int rows, int columns)
    {
        int count = _data.Integer(DicomTag.NumberOfFrames) ?? 1;
        IReadOnlyList<DicomDataSet> each = _data.Items(DicomTag.PerFrameFunctionalGroupsSequence);
        if (count < 1 || each.Count != count) throw new FileFormatException(_path, $"the file says {count} frames, but tells of {each.Count} where they lie", Damaged);
        if (rows < 1 || columns < 1) throw new FileFormatException(_path, $"the frames have {rows} rows and {columns} columns", Damaged);
        Int128 needed = (((Int128)rows * columns * count * _bits) + 7) / 8;
        long stored = _data.Find(DicomTag.PixelData)?.StoredLength ?? throw _data.Missing(DicomTag.PixelData);
        if (needed > stored) throw new FileFormatException(_path, $"{count} {(count == 1 ? "frame" : "frames")} of {rows} x {columns} voxels need {needed} bytes, but the pixels have {stored}", Damaged);

        DicomDataSet? shared = _data.Item(DicomTag.SharedFunctionalGroupsSequence);
        HashSet<int> known = [.. Segments.Select(static s => s.Value)];
        List<Frame> frames = new(count);
        foreach (DicomDataSet own in each)
        {
            DicomDataSet? Group(DicomTag macro) => own.Item(macro) ?? shared?.Item(macro);
            int segment = 0;
            if (_kind != Kind.LabelMap)
            {
                segment = (Group(DicomTag.SegmentIdentificationSequence) ?? throw own.Missing(DicomTag.SegmentIdentificationSequence)).NeededInteger(DicomTag.ReferencedSegmentNumber);
                if (!known.Contains(segment)) throw new FileFormatException(own.Where, $"the frame belongs to segment {segment}, which there is not", Damaged);
            }

            frames.Add(new Frame(
                segment,
                Vector(own, Group(DicomTag.PlanePositionSequence), DicomTag.ImagePositionPatient, 3),
                Vector(own, Group(DicomTag.PlaneOrientationSequence), DicomTag.ImageOrientationPatient, 6),
                Group(DicomTag.PixelMeasuresSequence)));
        }

        return frames;
    }

    private static double[] Vector(DicomDataSet frame, DicomDataSet? group, DicomTag tag, int count) =>
        group?.Numbers(tag, count) ?? throw new FileFormatException(frame.Where, $"{tag} is missing, so that nothing tells where the frame lies", "segmentations of images without a position, such as microscopy and X-ray, are not read");

    /// <summary>The grid on which the frames lie, and each frame's slice in it.</summary>
    private (ImageGeometry Geometry, Extent Extent) Grid(int rows, int columns)
    {
        Frame first = _frames[0];
        double[] r = first.Orientation[..3], c = first.Orientation[3..];
        if (Math.Abs(Dot(r, r) - 1) > 0.01 || Math.Abs(Dot(c, c) - 1) > 0.01 || Math.Abs(Dot(r, c)) > 0.01)
            throw new FileFormatException(_path, "the directions of rows and columns are no unit vectors at right angles", Damaged);
        if (_frames.Find(f => f.Orientation.Zip(first.Orientation).Any(static p => Math.Abs(p.First - p.Second) > SameDirection)) is not null)
            throw new FileFormatException(_path, "the frames lie in several directions", "convert each direction by itself");

        double[] normal = [(r[1] * c[2]) - (r[2] * c[1]), (r[2] * c[0]) - (r[0] * c[2]), (r[0] * c[1]) - (r[1] * c[0])];
        double length = Math.Sqrt(Dot(normal, normal));
        for (int i = 0; i < 3; i++) normal[i] /= length;
        double[] pixel = first.Measures?.Numbers(DicomTag.PixelSpacing, 2) ?? throw _data.Missing(DicomTag.PixelSpacing);
        if (pixel[0] <= 0 || pixel[1] <= 0) throw new FileFormatException(_path, FormattableString.Invariant($"the pixels are {pixel[0]} mm by {pixel[1]} mm apart"), Damaged);

        Frame lowest = _frames.MinBy(f => Dot(f.Position, normal))!;
        double start = Dot(lowest.Position, normal);
        double[] places = Distinct([.. _frames.Select(f => Dot(f.Position, normal) - start).Order()]);
        double spacing = SliceSpacing(first.Measures!, places);
        double slices = Math.Round(places[^1] / spacing) + 1;
        long most = ((long)EmptyPerSlice * places.Length) + EmptyAlways + References();
        if (!(slices <= most)) throw new FileFormatException(_path, string.Create(CultureInfo.InvariantCulture, $"the frames lie at {places.Length} positions within {places[^1]:0.###} mm, which are {slices:0} slices, but at most {most} are taken with so few"), Damaged);
        foreach (Frame frame in _frames)
        {
            double at = (Dot(frame.Position, normal) - start) / spacing;
            frame.Z = (int)Math.Round(at);
            double[] aside = [.. Enumerable.Range(0, 3).Select(i => frame.Position[i] - lowest.Position[i] - (at * spacing * normal[i]))];
            if (Math.Abs(at - frame.Z) > LargestUnevenness)
                throw new FileFormatException(_path, string.Create(CultureInfo.InvariantCulture, $"the frames are not evenly spaced: one lies {at:0.##} slices of {spacing:0.###} mm behind the first"), "resample the images to evenly spaced slices first, and segment these");
            if (Math.Sqrt(Dot(aside, aside)) > LargestSideStep * Math.Min(pixel[0], pixel[1]))
                throw new FileFormatException(_path, "the frames are shifted against each other", "correct the tilt of the images first, and segment these");
        }

        Extent extent = new((int)slices, rows, columns);
        if ((Int128)extent.Z * rows * columns > Array.MaxLength) throw new FileFormatException(_path, $"the segmentation has {extent} voxels, but a volume has at most {Array.MaxLength}", "split it");
        ImageGeometry geometry = new()
        {
            ItkSpacing = [pixel[1], pixel[0], spacing],
            ItkOrigin = [.. lowest.Position],
            ItkDirection = [r[0], c[0], normal[0], r[1], c[1], normal[1], r[2], c[2], normal[2]],
        };
        return (geometry, extent);
    }

    private static double[] Distinct(double[] ordered)
    {
        List<double> places = [ordered[0]];
        foreach (double place in ordered)
        {
            if (place - places[^1] > SamePosition) places.Add(place);
        }

        return [.. places];
    }

    /// <summary>The distance between slices: as told where the frames lie so, else the smallest one between two of them.</summary>
    private double SliceSpacing(DicomDataSet measures, double[] places)
    {
        double[] told = [.. ((double?[])[measures.Number(DicomTag.SpacingBetweenSlices), measures.Number(DicomTag.SliceThickness)]).OfType<double>().Where(static s => s > SamePosition && double.IsFinite(s))];
        foreach (double spacing in told)
        {
            if (places.Length == 1 || (Array.TrueForAll(places, p => Math.Abs((p / spacing) - Math.Round(p / spacing)) <= LargestUnevenness / 2) && AreDistinct(spacing))) return Refined(spacing);
        }

        return places.Length == 1
            ? throw new FileFormatException(_path, "there are frames of one slice, and nothing tells how far slices are apart", "give the images it belongs to: nnunet convert_segmentation --reference SERIES")
            : Refined(places.Zip(places.Skip(1), static (a, b) => b - a).Min());

        bool AreDistinct(double spacing) => places.Select(p => Math.Round(p / spacing)).Distinct().Count() == places.Length;

        // What is told has few digits; the positions at both ends tell it better.
        double Refined(double spacing) => places.Length == 1 ? spacing : places[^1] / Math.Max(1, Math.Round(places[^1] / spacing));
    }

    private int References() => _data.Items(DicomTag.ReferencedSeriesSequence).Sum(static s => s.Items(DicomTag.ReferencedInstanceSequence).Count);

    private void CheckPixels(int bytes, int slice)
    {
        if ((((Int128)slice * _frames.Count * _bits) + 7) / 8 > bytes) throw new FileFormatException(_path, $"the pixels have {bytes} bytes, too few for {_frames.Count} frames", Damaged);
    }

    private static double Dot(double[] a, double[] b) => (a[0] * b[0]) + (a[1] * b[1]) + (a[2] * b[2]);

    private sealed class Frame(int segment, double[] position, double[] orientation, DicomDataSet? measures)
    {
        public int Segment { get; } = segment;

        public double[] Position { get; } = position;

        public double[] Orientation { get; } = orientation;

        public DicomDataSet? Measures { get; } = measures;

        public int Z { get; set; }
    }
}
