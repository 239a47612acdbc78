using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom.DataSets;
using NnUNet.Imaging.Formats.Dicom.Segmentations;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Dicom.Segmentations;

public sealed class SegmentationWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_LabelMap_ReadsBackVoxelByVoxel()
    {
        // Given: labels in slices 1 and 3 of 5
        SourceSeries source = Source(5);
        Volume<short> labels = Labels(source, (1, 0, 0, 1), (1, 2, 3, 2), (3, 1, 1, 1));

        // When
        SegmentationWriter.Write(_folder["a.seg.dcm"], labels, source, [DicomSegment.Of(1, "liver"), DicomSegment.Of(2, "Tumour")]);
        Volume<short> read = ImageFile.ReadLabels(_folder["a.seg.dcm"]);

        // Then: the file has slices 1 to 3
        Assert.Equal(new Extent(3, 3, 4), read.Extent);
        Golden.AssertClose("origin", [-30.0, -40, 102.5], [.. read.Geometry.ItkOrigin], 1e-9);
        Golden.AssertClose("spacing", [0.7, 0.8, 2.5], [.. read.Geometry.ItkSpacing], 1e-9);
        Assert.Equal(labels.Voxels, LabelGrid.Place(read, source.Header.Extent, source.Header.Geometry, "a").Voxels);
    }

    [Fact]
    public void Write_OnlyFramesWithVoxels_EachWithItsSourceAndPlace()
    {
        // Given
        SourceSeries source = Source(5);
        Volume<short> labels = Labels(source, (1, 0, 0, 1), (1, 2, 3, 2), (3, 1, 1, 1));

        // When
        SegmentationWriter.Write(_folder["a.dcm"], labels, source, []);
        DicomDataSet data = DicomFile.Read(_folder["a.dcm"], DicomContent.WithPixels).Data;

        // Then
        Assert.Equal(3, data.Integer(DicomTag.NumberOfFrames));
        IReadOnlyList<DicomDataSet> frames = data.Items(DicomTag.PerFrameFunctionalGroupsSequence);
        Assert.Equal([1.0, 1, 2], frames.Select(static f => f.Item(DicomTag.SegmentIdentificationSequence)!.Number(DicomTag.ReferencedSegmentNumber)!.Value));
        Assert.Equal([102.5, 107.5, 102.5], frames.Select(static f => f.Item(DicomTag.PlanePositionSequence)!.Numbers(DicomTag.ImagePositionPatient)[2]));
        Assert.Equal(
            [source.Slices[1].InstanceUid, source.Slices[3].InstanceUid, source.Slices[1].InstanceUid],
            frames.Select(static f => f.Item(DicomTag.DerivationImageSequence)!.Item(DicomTag.SourceImageSequence)!.Text(DicomTag.ReferencedSOPInstanceUID)));
        Assert.Equal(5, data.Item(DicomTag.ReferencedSeriesSequence)!.Items(DicomTag.ReferencedInstanceSequence).Count);
        Assert.Equal("1.2.3", data.Text(DicomTag.StudyInstanceUID));
        Assert.Equal("P1", data.Text(DicomTag.PatientID));
        Assert.Equal("nnU-Net for .NET", data.Text(DicomTag.ManufacturerModelName));

        // 3 frames of 12 bits without gaps, the lowest bit of a byte first: voxels 0, 12 + 5, 24 + 11.
        Assert.Equal([0b0000_0001, 0, 0b0000_0010, 0, 0b0000_1000, 0], data.Bytes(DicomTag.PixelData));
    }

    [Fact]
    public void Write_NameInTheTableOfAnatomy_HasItsCodes()
    {
        // Given
        SourceSeries source = Source(2);

        // When
        SegmentationWriter.Write(_folder["a.dcm"], Labels(source, (0, 0, 0, 1)), source, [DicomSegment.Of(1, "Left Kidney"), DicomSegment.Of(2, "what is this")]);
        IReadOnlyList<DicomSegment> segments = SegmentationReader.Open(_folder["a.dcm"]).Segments;

        // Then
        Assert.Equal(("Left Kidney", "64033007", "7771000", "123037004"), (segments[0].Name, segments[0].Codes.Type.Value, segments[0].Codes.Modifier!.Value, segments[0].Codes.Category.Value));
        Assert.Equal(StructureCodes.Tissue, segments[1].Codes);
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes_AndOtherLabelsOtherIdentifiers()
    {
        // Given
        SourceSeries source = Source(3);

        // When
        SegmentationWriter.Write(_folder["a.dcm"], Labels(source, (0, 0, 0, 1)), source, []);
        SegmentationWriter.Write(_folder["b.dcm"], Labels(source, (0, 0, 0, 1)), source, []);
        SegmentationWriter.Write(_folder["c.dcm"], Labels(source, (0, 0, 1, 1)), source, []);

        // Then
        Assert.Equal(File.ReadAllBytes(_folder["a.dcm"]), File.ReadAllBytes(_folder["b.dcm"]));
        Assert.NotEqual(Uid(_folder["a.dcm"]), Uid(_folder["c.dcm"]));
        Assert.StartsWith("2.25.", Uid(_folder["a.dcm"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_WithoutAnyVoxel_HasOneEmptyFrame()
    {
        // Given
        SourceSeries source = Source(3);

        // When
        SegmentationWriter.Write(_folder["a.seg.dcm"], Labels(source), source, []);

        // Then
        Assert.All(ImageFile.ReadLabels(_folder["a.seg.dcm"]).Voxels, static v => Assert.Equal(0, v));
    }

    [Fact]
    public void Write_NamesBeyondAscii_AreWrittenAsUtf8()
    {
        // Given
        SourceSeries source = Source(2);

        // When
        SegmentationWriter.Write(_folder["a.dcm"], Labels(source, (0, 0, 0, 1)), source, [DicomSegment.Of(1, "Größe")]);

        // Then
        Assert.Equal("Größe", SegmentationReader.Open(_folder["a.dcm"]).Segments[0].Name);
    }

    [Fact]
    public void Write_LabelsOfAnotherSize_AreRefused()
    {
        // Given
        SourceSeries source = Source(3);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => SegmentationWriter.Write(_folder["a.dcm"], new Volume<short>(new Extent(2, 3, 4)), source, []));

        // Then
        Assert.Contains("but the series", e.What, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["a.dcm"]));
    }

    [Fact]
    public void WriteFractions_AtLeastHalf_AreTheLabelWithTheLargest()
    {
        // Given
        SourceSeries source = Source(2);
        Volume<float> one = new(source.Header.Extent, source.Header.Geometry), two = new(source.Header.Extent, source.Header.Geometry);
        (one[0, 0, 0], one[0, 0, 1], one[1, 0, 0]) = (0.8f, 0.4f, 0.5f);
        (two[0, 0, 0], two[0, 0, 1], two[1, 0, 0]) = (0.1f, 0.6f, 0.55f);

        // When
        SegmentationWriter.WriteFractions(_folder["a.seg.dcm"], [one, two], source, [DicomSegment.Of(1), DicomSegment.Of(2)]);
        Volume<short> read = ImageFile.ReadLabels(_folder["a.seg.dcm"]);
        DicomDataSet data = DicomFile.Read(_folder["a.seg.dcm"], DicomContent.WithPixels).Data;

        // Then
        Assert.Equal((1, 2, 2), (read[0, 0, 0], read[0, 0, 1], read[1, 0, 0]));
        Assert.Equal(3, read.Voxels.Count(static v => v > 0));
        Assert.Equal("PROBABILITY", data.Text(DicomTag.SegmentationFractionalType));
        Assert.Equal([204, 102], data.Bytes(DicomTag.PixelData)[..2]);
    }

    [Fact]
    public void WriteLabels_ByEnding_TakesTheSeriesOfTheImage()
    {
        // Given
        SourceSeries source = Source(3);

        // When
        ImageFile.WriteLabels(_folder["a.seg.dcm"], Labels(source, (0, 0, 0, 1)), ImageLocation.Of(source.Path));
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.WriteLabels(_folder["b.seg.dcm"], Labels(source, (0, 0, 0, 1))));

        // Then
        Assert.Equal(source.SeriesUid, SegmentationReader.Open(_folder["a.seg.dcm"]).SeriesUid);
        Assert.Contains("series of images, which is not known", e.What, StringComparison.Ordinal);
    }

    private static string Uid(string path) => DicomFile.Read(path, DicomContent.WithoutPixels).Data.NeededText(DicomTag.SOPInstanceUID);

    private static Volume<short> Labels(SourceSeries source, params (int Z, int Y, int X, short Label)[] voxels)
    {
        Volume<short> labels = new(source.Header.Extent, source.Header.Geometry);
        foreach ((int z, int y, int x, short label) in voxels) labels[z, y, x] = label;
        return labels;
    }

    private SourceSeries Source(int slices)
    {
        string series = _folder["series"];
        Directory.CreateDirectory(series);
        new SyntheticSeries(series).Slices(slices);
        return SourceSeries.Open(series);
    }
}
