using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;
using NnUNet.Imaging.Formats.Dicom.Segmentations;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Dicom.Segmentations;

public sealed class StructureSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("axial")]
    [InlineData("sagittal")]
    [InlineData("enh")]
    public void Write_HolesIslandsAndNoise_FilledAgainAreTheSameVoxels(string series)
    {
        // Given: a ring with an island in its hole, and noise
        SourceSeries source = SourceSeries.Open(TestData.Data("dicom/" + series));
        Volume<short> labels = new(source.Header.Extent, source.Header.Geometry);
        Random random = new(5);
        for (int i = 0; i < labels.Voxels.Length; i++)
        {
            int x = i % 24, y = i / 24 % 20, distance = ((x - 10) * (x - 10)) + ((y - 9) * (y - 9));
            labels.Voxels[i] = (short)(distance is (> 9 and < 64) or < 3 ? 1 : random.NextDouble() < 0.4 ? 2 : 0);
        }

        // When
        StructureSetWriter.Write(_folder["a.dcm"], labels, source, [DicomSegment.Of(1, "liver")]);
        StructureSetReader reader = StructureSetReader.Open(_folder["a.dcm"]);
        List<string> warnings = [];
        Volume<short> read = reader.ReadLabels(source.Header.Extent, source.Header.Geometry, SegmentOverlap.Refuse, warnings);

        // Then
        Assert.Equal(labels.Voxels, read.Voxels);
        Assert.Empty(warnings);
        Assert.Equal(["liver", "label 2"], reader.Regions.Select(static r => r.Name));
    }

    [SkippableFact]
    public void ReadLabels_StructureSetOfOthers_HasTheVoxelsOnAndWithinItsContours()
    {
        // Given: contours through the centres of the outermost voxels of label 1
        SourceSeries source = SourceSeries.Open(TestData.Data("dicom/axial"));
        short[] expected = Array.ConvertAll(NpyFile.Read(TestData.Data("dicom/myseg_axial.dcm.npy")).ToArray<short>(), static v => v == 1 ? v : (short)0);

        // When
        Volume<short> read = StructureSetReader.Open(TestData.Data("dicom/myrt.dcm")).ReadLabels(source.Header.Extent, source.Header.Geometry, SegmentOverlap.Refuse, []);

        // Then
        Assert.Equal(expected, read.Voxels);
    }

    [Fact]
    public void Write_Contour_RunsAlongTheEdgesOfItsVoxelInPatientCoordinates()
    {
        // Given: the voxel at row 1, column 2 of slice 1
        SourceSeries source = Source();
        Volume<short> labels = new(source.Header.Extent, source.Header.Geometry);
        labels[1, 1, 2] = 7;

        // When
        StructureSetWriter.Write(_folder["a.dcm"], labels, source, [DicomSegment.Of(7, "spleen") with { Colour = (1, 2, 3) }]);
        DicomDataSet data = DicomFile.Read(_folder["a.dcm"], DicomContent.WithoutPixels).Data;

        // Then
        DicomDataSet region = data.Item(DicomTag.ROIContourSequence)!, contour = region.Item(DicomTag.ContourSequence)!;
        double left = -30 + (1.5 * 0.7), right = -30 + (2.5 * 0.7), top = -40 + (0.5 * 0.8), bottom = -40 + (1.5 * 0.8);
        Golden.AssertClose("contour", [left, top, 102.5, right, top, 102.5, right, bottom, 102.5, left, bottom, 102.5], contour.Numbers(DicomTag.ContourData), 1e-5);
        Assert.Equal(source.Slices[1].InstanceUid, contour.Item(DicomTag.ContourImageSequence)!.Text(DicomTag.ReferencedSOPInstanceUID));
        Assert.Equal([1.0, 2, 3], region.Numbers(DicomTag.ROIDisplayColor));
        Assert.Equal(7, region.Integer(DicomTag.ReferencedROINumber));
    }

    [Fact]
    public void ReadLabels_ContourBesideTheSeries_IsRefused()
    {
        // Given
        SourceSeries source = Source();
        Volume<short> labels = new(source.Header.Extent, source.Header.Geometry);
        labels[2, 1, 2] = 1;
        StructureSetWriter.Write(_folder["a.dcm"], labels, source, []);

        // When: the images end before it
        FileFormatException e = Assert.Throws<FileFormatException>(() => StructureSetReader.Open(_folder["a.dcm"]).ReadLabels(new Extent(2, 3, 4), source.Header.Geometry, SegmentOverlap.Refuse, []));

        // Then
        Assert.Equal("a contour of label 1 lies at slice 2 of the images, which have slices 0 to 1", e.What);
    }

    [Fact]
    public void Read_CutAtEveryByte_FailsInWordsOrLacksTheContours()
    {
        // Given
        SourceSeries source = Source();
        Volume<short> labels = new(source.Header.Extent, source.Header.Geometry);
        labels[1, 1, 2] = 1;
        StructureSetWriter.Write(_folder["a.dcm"], labels, source, []);
        byte[] whole = File.ReadAllBytes(_folder["a.dcm"]);
        string cut = _folder["cut.dcm"];
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(cut, whole[..length]);

            // When
            Exception? e = Record.Exception(() => StructureSetReader.Open(cut).ReadLabels(source.Header.Extent, source.Header.Geometry, SegmentOverlap.Refuse, []));

            // Then
            Assert.True(e is null or FileFormatException, $"{length} bytes: {e}");
        }
    }

    private SourceSeries Source()
    {
        string series = _folder["series"];
        Directory.CreateDirectory(series);
        new SyntheticSeries(series).Slices(3);
        return SourceSeries.Open(series);
    }
}
