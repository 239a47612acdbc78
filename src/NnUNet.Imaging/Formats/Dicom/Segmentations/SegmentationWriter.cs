using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>Writes label maps and probabilities as DICOM SEG (PS3.3, A.51): one frame for each slice of each segment in which it has voxels.</summary>
/// <remarks>
/// Segments are numbered 1, 2, 3, … in the order of their labels, as the standard asks for it; where labels are 1, 2, 3, … themselves, the numbers are the
/// labels. Of a segmentation without any voxel one empty frame is written, since there must be one.
/// </remarks>
internal static class SegmentationWriter
{
    /// <summary>What a probability of 1 is stored as.</summary>
    public const int MaximumFraction = 255;

    private const int NumbersAfter = 1000;
    private const int LongestText = 64;
    private const double SlicePitch = 1e-9;
    private const string DerivationOfSegmentation = "113076";
    private const string SourceOfProcessing = "121322";

    /// <summary>Writes a label map as binary segments.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labels">The label map (z, y, x), on the grid of the series.</param>
    /// <param name="source">The series.</param>
    /// <param name="known">What is known of its labels; others that it has get a name by their value.</param>
    /// <returns>The segments as they are in the file: the first has number 1.</returns>
    /// <exception cref="FileFormatException">The label map has another size than the series, a negative label, or more voxels than a file takes.</exception>
    public static IReadOnlyList<DicomSegment> Write(string path, Volume<short> labels, SourceSeries source, IReadOnlyList<DicomSegment> known)
    {
        source.CheckExtent(path, labels.Extent);
        IReadOnlyList<DicomSegment> segments = DicomSegment.Of(labels, known);
        List<(int Segment, int Z)> frames = Frames(segments, labels.Extent.Z, Slices(labels));
        DicomDataSet data = Head(path, source, segments, labels.Extent, frames, "NO")
            .AddNumbers(DicomTag.BitsAllocated, 1)
            .AddNumbers(DicomTag.BitsStored, 1)
            .AddNumbers(DicomTag.HighBit, 0)
            .AddText(DicomTag.SegmentationType, "BINARY")
            .AddBytes(DicomTag.PixelData, Packed(path, labels, segments, frames), "OB");
        DerivedObject.Write(path, data);
        return segments;
    }

    /// <summary>Writes probabilities, 8 bits each.</summary>
    /// <param name="path">The file.</param>
    /// <param name="probabilities">Those of each segment (z, y, x) from 0 to 1, on the grid of the series. They are counted through once, and may share an array.</param>
    /// <param name="source">The series.</param>
    /// <param name="segments">The segments in the order of their labels, one for each of the probabilities.</param>
    /// <exception cref="FileFormatException">They have another size than the series, or more voxels than a file takes.</exception>
    /// <exception cref="DescribedException">They need more memory than is allowed.</exception>
    public static void WriteFractions(string path, IEnumerable<Volume<float>> probabilities, SourceSeries source, IReadOnlyList<DicomSegment> segments)
    {
        Extent extent = source.Header.Extent;
        List<(int Segment, int Z)> frames = [];
        List<byte[]> filled = [];
        byte[] slice = new byte[extent.SliceCount];
        int segment = 0;
        foreach (Volume<float> map in probabilities)
        {
            source.CheckExtent(path, map.Extent);
            for (int z = 0; z < extent.Z; z++)
            {
                int at = 0;
                foreach (float value in map.Slice(z)) slice[at++] = Fraction(value);
                if (!slice.AsSpan().ContainsAnyExcept((byte)0)) continue;
                MemoryLimit.Check(path, 2L * (filled.Count + 1) * slice.Length, "the segmentation with its fractions"); // the frames, and the value made of them
                frames.Add((segment, z));
                filled.Add([.. slice]);
            }

            segment++;
        }

        if (segment != segments.Count || segment == 0) throw new ArgumentException($"{segment} probabilities are given for {segments.Count} segments", nameof(segments));
        if (frames.Count == 0)
        {
            frames.Add((0, 0));
            filled.Add(new byte[slice.Length]);
        }

        byte[] pixels = new byte[Bytes(path, (long)filled.Count * slice.Length)];
        for (int f = 0; f < filled.Count; f++) filled[f].CopyTo(pixels, f * slice.Length);
        DerivedObject.Write(path, Head(path, source, segments, extent, frames, "UNDEFINED")
            .AddNumbers(DicomTag.BitsAllocated, 8)
            .AddNumbers(DicomTag.BitsStored, 8)
            .AddNumbers(DicomTag.HighBit, 7)
            .AddText(DicomTag.SegmentationType, "FRACTIONAL")
            .AddText(DicomTag.SegmentationFractionalType, "PROBABILITY")
            .AddNumbers(DicomTag.MaximumFractionalValue, MaximumFraction)
            .AddBytes(DicomTag.PixelData, pixels, "OB"));
    }

    private static byte Fraction(float probability) => (byte)Math.Round(Math.Clamp(float.IsNaN(probability) ? 0 : probability, 0, 1) * MaximumFraction);

    private static HashSet<(int Label, int Z)> Slices(Volume<short> labels)
    {
        HashSet<(int, int)> there = [];
        for (int z = 0; z < labels.Extent.Z; z++)
        {
            short last = 0;
            foreach (short label in labels.Slice(z))
            {
                if (label == last) continue;
                last = label;
                if (label != 0) there.Add((label, z));
            }
        }

        return there;
    }

    private static List<(int Segment, int Z)> Frames(IReadOnlyList<DicomSegment> segments, int slices, HashSet<(int Label, int Z)> there)
    {
        List<(int, int)> frames = [];
        for (int s = 0; s < segments.Count; s++)
        {
            for (int z = 0; z < slices; z++)
            {
                if (there.Contains((segments[s].Value, z))) frames.Add((s, z));
            }
        }

        if (frames.Count == 0) frames.Add((0, 0));
        return frames;
    }

    private static int Bytes(string path, long bytes) => bytes <= Array.MaxLength
        ? (int)bytes
        : throw new FileFormatException(path, $"the segments need {bytes} bytes, but a file takes {Array.MaxLength}", "write fewer segments a file");

    /// <summary>The frames' bits one after the other, the lowest bit of a byte first (PS3.5, 8.1.1 and D).</summary>
    private static byte[] Packed(string path, Volume<short> labels, IReadOnlyList<DicomSegment> segments, List<(int Segment, int Z)> frames)
    {
        byte[] bits = new byte[Bytes(path, (((long)frames.Count * labels.Extent.SliceCount) + 7) / 8)];
        long at = 0;
        foreach ((int segment, int z) in frames)
        {
            int value = segments[segment].Value;
            foreach (short label in labels.Slice(z))
            {
                if (label == value) bits[at >> 3] |= (byte)(1 << (int)(at & 7));
                at++;
            }
        }

        return bits;
    }

    private static DicomDataSet Head(string path, SourceSeries source, IReadOnlyList<DicomSegment> segments, Extent extent, List<(int Segment, int Z)> frames, string overlap)
    {
        string dimensions = DicomUid.Of($"dimensions of segmentations of {source.SeriesUid}");
        DicomDataSet data = DerivedObject.Of(source, path, DicomUid.Segmentation, "SEG", NumbersAfter, "Segmentation", segments.Select(static s => s.Name));
        return data
            .AddText(DicomTag.ImageType, "DERIVED", "PRIMARY")
            .AddText(DicomTag.ContentDate, DerivedObject.Date(source.Head))
            .AddText(DicomTag.ContentTime, DerivedObject.Time(source.Head))
            .AddText(DicomTag.ContentLabel, "SEGMENTATION")
            .AddText(DicomTag.ContentDescription, "Segmentation")
            .AddText(DicomTag.ContentCreatorName)
            .AddNumbers(DicomTag.SamplesPerPixel, 1)
            .AddText(DicomTag.PhotometricInterpretation, "MONOCHROME2")
            .AddNumbers(DicomTag.PixelRepresentation, 0)
            .AddNumbers(DicomTag.NumberOfFrames, frames.Count)
            .AddNumbers(DicomTag.Rows, extent.Y)
            .AddNumbers(DicomTag.Columns, extent.X)
            .AddText(DicomTag.LossyImageCompression, "00")
            .AddText(DicomTag.SegmentsOverlap, overlap)
            .AddItems(DicomTag.ReferencedSeriesSequence, series => References(series.AddText(DicomTag.SeriesInstanceUID, source.SeriesUid), DicomTag.ReferencedInstanceSequence, source.Instances))
            .AddItems(DicomTag.DimensionOrganizationSequence, one => one.AddText(DicomTag.DimensionOrganizationUID, dimensions))
            .AddItems(
                DicomTag.DimensionIndexSequence,
                one => one.AddText(DicomTag.DimensionOrganizationUID, dimensions).AddTags(DicomTag.DimensionIndexPointer, DicomTag.ReferencedSegmentNumber).AddTags(DicomTag.FunctionalGroupPointer, DicomTag.SegmentIdentificationSequence).AddText(DicomTag.DimensionDescriptionLabel, "ReferencedSegmentNumber"),
                two => two.AddText(DicomTag.DimensionOrganizationUID, dimensions).AddTags(DicomTag.DimensionIndexPointer, DicomTag.ImagePositionPatient).AddTags(DicomTag.FunctionalGroupPointer, DicomTag.PlanePositionSequence).AddText(DicomTag.DimensionDescriptionLabel, "ImagePositionPatient"))
            .AddItems(DicomTag.SegmentSequence, segments.Select<DicomSegment, Action<DicomDataSet>>((segment, index) => item => Segment(item, index + 1, segment)))
            .AddItems(DicomTag.SharedFunctionalGroupsSequence, item => Shared(item, source))
            .AddItems(DicomTag.PerFrameFunctionalGroupsSequence, frames.Select<(int Segment, int Z), Action<DicomDataSet>>(frame => item => Frame(item, frame.Segment + 1, frame.Z, source.Slices[frame.Z])));
    }

    /// <summary>Adds a sequence of instances.</summary>
    internal static DicomDataSet References(DicomDataSet data, DicomTag sequence, IEnumerable<(string ClassUid, string InstanceUid)> instances) => data.AddItems(
        sequence,
        instances.Select<(string ClassUid, string InstanceUid), Action<DicomDataSet>>(static i => item => item.AddText(DicomTag.ReferencedSOPClassUID, i.ClassUid).AddText(DicomTag.ReferencedSOPInstanceUID, i.InstanceUid)));

    private static void Segment(DicomDataSet item, int number, DicomSegment segment)
    {
        item.AddNumbers(DicomTag.SegmentNumber, number)
            .AddText(DicomTag.SegmentLabel, DerivedObject.Short(segment.Name, LongestText))
            .AddText(DicomTag.SegmentAlgorithmType, "AUTOMATIC")
            .AddText(DicomTag.SegmentAlgorithmName, DerivedObject.Algorithm)
            .AddItems(DicomTag.SegmentedPropertyCategoryCodeSequence, segment.Codes.Category.Fill)
            .AddItems(DicomTag.SegmentedPropertyTypeCodeSequence, type =>
            {
                segment.Codes.Type.Fill(type);
                if (segment.Codes.Modifier is { } modifier) type.AddItems(DicomTag.SegmentedPropertyTypeModifierCodeSequence, modifier.Fill);
            });
        if (segment.Colour is { } colour) item.AddNumbers(DicomTag.RecommendedDisplayCIELabValue, LabColour.Of(colour));
    }

    private static void Shared(DicomDataSet item, SourceSeries source)
    {
        ImageGeometry geometry = source.Header.Geometry;
        DicomDataSet head = source.Head;
        DicomDataSet measures = head.Item(DicomTag.SharedFunctionalGroupsSequence)?.Item(DicomTag.PixelMeasuresSequence) ?? head.Item(DicomTag.PerFrameFunctionalGroupsSequence)?.Item(DicomTag.PixelMeasuresSequence) ?? head;
        double spacing = geometry.ItkSpacing[2];
        double thickness = measures.Number(DicomTag.SliceThickness) is { } told && told > SlicePitch && double.IsFinite(told) ? told : spacing;
        double[] direction = geometry.ItkDirection.ToArray();
        item.AddItems(DicomTag.PlaneOrientationSequence, plane => plane.AddNumbers(DicomTag.ImageOrientationPatient, direction[0], direction[3], direction[6], direction[1], direction[4], direction[7]))
            .AddItems(DicomTag.PixelMeasuresSequence, pixel => pixel
                .AddNumbers(DicomTag.PixelSpacing, geometry.ItkSpacing[1], geometry.ItkSpacing[0])
                .AddNumbers(DicomTag.SliceThickness, thickness)
                .AddNumbers(DicomTag.SpacingBetweenSlices, spacing));
    }

    private static void Frame(DicomDataSet item, int number, int z, SourceSlice slice)
    {
        item.AddItems(DicomTag.FrameContentSequence, content => content.AddNumbers(DicomTag.DimensionIndexValues, number, z + 1))
            .AddItems(DicomTag.PlanePositionSequence, plane => plane.AddNumbers(DicomTag.ImagePositionPatient, slice.Position))
            .AddItems(DicomTag.SegmentIdentificationSequence, segment => segment.AddNumbers(DicomTag.ReferencedSegmentNumber, number))
            .AddItems(DicomTag.DerivationImageSequence, derivation => derivation
                .AddItems(DicomTag.DerivationCodeSequence, Dcm(DerivationOfSegmentation, "Segmentation"))
                .AddItems(DicomTag.SourceImageSequence, source =>
                {
                    source.AddText(DicomTag.ReferencedSOPClassUID, slice.ClassUid)
                        .AddText(DicomTag.ReferencedSOPInstanceUID, slice.InstanceUid)
                        .AddText(DicomTag.SpatialLocationsPreserved, "YES")
                        .AddItems(DicomTag.PurposeOfReferenceCodeSequence, Dcm(SourceOfProcessing, "Source image for image processing operation"));
                    if (slice.Frame is { } frame) source.AddNumbers(DicomTag.ReferencedFrameNumber, frame);
                }));
    }

    private static Action<DicomDataSet> Dcm(string code, string meaning) => new CodedConcept { Value = code, Scheme = "DCM", Meaning = meaning }.Fill;
}
