using NnUNet.Core.DicomResults;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom.Segmentations;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.DicomResults;

public sealed class SegmentationConversionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("case.seg.dcm")]
    [InlineData("case.rtstruct.dcm")]
    public void Run_NiftiThereAndBack_IsTheSameLabelMap(string dicom)
    {
        // Given: axes as NIfTI of dcm2niix has them, not as the series
        string series = TestData.Data("dicom/axial");
        Volume<short> labels = Labels(series);
        ImageFile.WriteLabels(_folder["case.nii.gz"], Reorientation.To(labels, Orientation.TryParse("LAS")!));

        // When
        SegmentationConversion.Run(_folder["case.nii.gz"], _folder[dicom], new SegmentationConversionOptions { Reference = series });
        SegmentationConversion.Run(_folder[dicom], _folder["back.nii.gz"], new SegmentationConversionOptions { Reference = series });

        // Then
        Volume<short> back = ImageFile.ReadLabels(_folder["back.nii.gz"]);
        Assert.Equal(labels.Voxels, back.Voxels);
        Golden.AssertClose("origin", [.. labels.Geometry.ItkOrigin], [.. back.Geometry.ItkOrigin], 1e-4);
    }

    [SkippableFact]
    public void Run_FolderWithTable_WritesNamesAndTakesThemBack()
    {
        // Given
        string series = TestData.Data("dicom/axial");
        Directory.CreateDirectory(_folder["in"]);
        ImageFile.WriteLabels(Path.Combine(_folder["in"], "case.nii.gz"), Labels(series));
        File.WriteAllText(_folder["table.json"], """{ "segments": { "1": { "name": "liver", "colour": [1, 2, 3] }, "2": { "name": "metastasis", "type": { "code": "52988006", "meaning": "Lesion" } } } }""");
        File.WriteAllText(_folder["other.json"], """{ "segments": { "5": { "name": "metastasis" } } }""");

        // When
        IReadOnlyList<ConvertedSegmentation> written = SegmentationConversion.Run(_folder["in"], _folder["out"], new SegmentationConversionOptions { Reference = series, Table = _folder["table.json"] });
        IReadOnlyList<ConvertedSegmentation> back = SegmentationConversion.Run(_folder["out"], _folder["again"], new SegmentationConversionOptions { Reference = series, Table = _folder["other.json"] });

        // Then
        Assert.Equal(Path.Combine(_folder["out"], "case.seg.dcm"), Assert.Single(written).File);
        Assert.Equal([(1, "liver"), (2, "metastasis")], written[0].Labels);
        DicomSegment lesion = SegmentationReader.Open(written[0].File).Segments[1];
        Assert.Equal("52988006", lesion.Codes.Type.Value);
        Assert.Equal(["liver is not in the table of segments and was left out"], back[0].Warnings);
        short[] expected = Array.ConvertAll(Labels(series).Voxels, static v => v == 2 ? (short)5 : (short)0);
        Assert.Equal(expected, ImageFile.ReadLabels(back[0].File).Voxels);
    }

    [SkippableFact]
    public void Run_WithoutTheSeries_SaysWhatIsMissing()
    {
        // Given
        ImageFile.WriteLabels(_folder["case.nii.gz"], Labels(TestData.Data("dicom/axial")));

        // When
        DescribedException e = Assert.Throws<DescribedException>(() => SegmentationConversion.Run(_folder["case.nii.gz"], _folder["a.seg.dcm"], new SegmentationConversionOptions()));
        DescribedException contours = Assert.Throws<DescribedException>(() => SegmentationConversion.Run(TestData.Data("dicom/myrt.dcm"), _folder["a.nii.gz"], new SegmentationConversionOptions()));

        // Then
        Assert.Equal("a DICOM SEG belongs to a series of images, which is not given", e.What);
        Assert.Contains("no voxels", contours.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "segments": {} }""", "segments is empty")]
    [InlineData("""{ "segments": { "0": { "name": "a" } } }""", "keys are labels from 1")]
    [InlineData("""{ "segments": { "1": { "name": "a", "colour": [1, 2] } } }""", "red, green and blue")]
    [InlineData("""{ "segments": { "1": { "name": "a", "modifier": { "code": "1", "meaning": "x" } } } }""", "type is missing")]
    [InlineData("""{ "segments": { "1": { "name": "a", "type": { "code": "12345678901234567", "meaning": "x" } } } }""", "1 to 16 characters")]
    public void Read_FaultyTable_IsRefusedInWords(string json, string fault)
    {
        // Given
        File.WriteAllText(_folder["table.json"], json);

        // When
        DescribedException e = Assert.Throws<DescribedException>(() => SegmentTable.Read(_folder["table.json"]));

        // Then
        Assert.Contains(fault, e.What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Write_BesideAResult_NeedsADicomSeries()
    {
        // Given
        string series = TestData.Data("dicom/axial");
        Volume<short> labels = Labels(series);
        ImageFile.WriteLabels(_folder["case.nii.gz"], labels);
        Dictionary<string, string> names = new() { ["0"] = "background", ["1"] = "liver" };

        // When
        DicomCompanions.Write(_folder["out"], "case", labels, series, names, segmentation: true, structureSet: true);
        DescribedException e = Assert.Throws<DescribedException>(() => DicomCompanions.Check(_folder["case.nii.gz"]));

        // Then
        Assert.Equal(["liver", "label 2"], SegmentationReader.Open(Path.Combine(_folder["out"], "dicom_seg", "case.dcm")).Segments.Select(static s => s.Name));
        Assert.Equal(["liver", "label 2"], StructureSetReader.Open(Path.Combine(_folder["out"], "rtstruct", "case.dcm")).Regions.Select(static r => r.Name));
        Assert.Contains("the image is none", e.What, StringComparison.Ordinal);
    }

    private static Volume<short> Labels(string series)
    {
        ImageHeader header = ImageFile.ReadHeader(series);
        Volume<short> labels = new(header.Extent, header.Geometry);
        for (int y = 4; y < 9; y++) labels.Row(3, y)[3..9].Fill(1);
        for (int z = 5; z < 8; z++) labels.Row(z, 12)[10..15].Fill(2);
        return labels;
    }
}
