using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Dicom.DataSets;

public sealed class DicomFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_EveryKindOfValue_ReadsBack()
    {
        // Given
        DicomDataSet data = Instance()
            .AddText(DicomTag.SpecificCharacterSet, "ISO_IR 192")
            .AddText(DicomTag.PatientName, "Müller^Jörg")
            .AddText(DicomTag.ImageType, "DERIVED", "PRIMARY", "ÄX"[1..])
            .AddText(DicomTag.StudyID)
            .AddText(DicomTag.RecognizableVisualFeatures, "NO")
            .AddNumbers(DicomTag.PixelSpacing, 0.7, 1 / 3.0)
            .AddNumbers(DicomTag.InstanceNumber, -12)
            .AddNumbers(DicomTag.Rows, 65535)
            .AddNumbers(DicomTag.ReferencedFrameNumber, 3, 4)
            .AddNumbers(DicomTag.RealWorldValueSlope, 0.1)
            .AddNumbers(DicomTag.RecommendedDisplayCIELabValue, 1, 2, 65535)
            .AddTags(DicomTag.DimensionIndexPointer, DicomTag.ReferencedSegmentNumber)
            .AddBytes(DicomTag.PixelData, [1, 2, 3], "OB");

        // When
        DicomDataSet read = Written(data).Data;

        // Then
        Assert.Equal("Müller^Jörg", read.Text(DicomTag.PatientName));
        Assert.Equal(["DERIVED", "PRIMARY", "X"], read.Texts(DicomTag.ImageType));
        Assert.True(read.Contains(DicomTag.StudyID));
        Assert.Null(read.Text(DicomTag.StudyID));
        Assert.Equal([0.7, 0.33333333333333], read.Numbers(DicomTag.PixelSpacing, 2)!, static (a, b) => Math.Abs(a - b) < 1e-14);
        Assert.Equal(-12, read.Integer(DicomTag.InstanceNumber));
        Assert.Equal(65535, read.Integer(DicomTag.Rows));
        Assert.Equal([3.0, 4.0], read.Numbers(DicomTag.ReferencedFrameNumber));
        Assert.Equal(0.1, read.Number(DicomTag.RealWorldValueSlope));
        Assert.Equal([1.0, 2, 65535], read.Numbers(DicomTag.RecommendedDisplayCIELabValue));
        Assert.Equal([DicomTag.ReferencedSegmentNumber], read.Tags(DicomTag.DimensionIndexPointer));
        Assert.Equal([1, 2, 3, 0], read.Bytes(DicomTag.PixelData));
    }

    [Fact]
    public void Write_NestedSequences_ReadBackWithTheirCharacterSet()
    {
        // Given
        DicomDataSet data = Instance()
            .AddText(DicomTag.SpecificCharacterSet, "ISO_IR 100")
            .AddItems(
                DicomTag.SegmentSequence,
                static one => one.AddText(DicomTag.SegmentLabel, "Größe").AddItems(DicomTag.SegmentedPropertyTypeCodeSequence, static code => code.AddText(DicomTag.CodeValue, "85756007")),
                static two => two.AddNumbers(DicomTag.SegmentNumber, 2))
            .AddItems(DicomTag.SourceImageSequence);

        // When
        DicomDataSet read = Written(data).Data;

        // Then
        Assert.Equal(2, read.Items(DicomTag.SegmentSequence).Count);
        Assert.Equal("Größe", read.Items(DicomTag.SegmentSequence)[0].Text(DicomTag.SegmentLabel));
        Assert.Equal("85756007", read.Item(DicomTag.SegmentSequence)!.Item(DicomTag.SegmentedPropertyTypeCodeSequence)!.Text(DicomTag.CodeValue));
        Assert.Equal(2, read.Items(DicomTag.SegmentSequence)[1].Integer(DicomTag.SegmentNumber));
        Assert.Empty(read.Items(DicomTag.SourceImageSequence));
        Assert.EndsWith("a.dcm: SegmentSequence[1]", read.Items(DicomTag.SegmentSequence)[1].Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_TextLongerThan16BitsOfLength_ReadsBack()
    {
        // Given
        double[] points = [.. Enumerable.Range(0, 30000).Select(static i => i / 7.0)];
        DicomDataSet data = Instance().AddItems(DicomTag.ContourSequence, item => item.AddNumbers(DicomTag.ContourData, points));

        // When
        double[] read = Written(data).Data.Item(DicomTag.ContourSequence)!.Numbers(DicomTag.ContourData);

        // Then
        Golden.AssertClose("contour", points, read, 1e-9);
    }

    [Fact]
    public void Write_Fragments_ReadBackAndCanBePassedOver()
    {
        // Given
        string path = _folder["a.dcm"];
        DicomFile.Write(path, Instance().AddFragments([], [1, 2, 3], [4, 5]), TransferSyntax.RunLengths);

        // When
        DicomFile all = DicomFile.Read(path, DicomContent.WithPixels);
        DicomFile header = DicomFile.Read(path, DicomContent.WithoutPixels);

        // Then
        Assert.Equal(PixelCoding.RunLengths, all.Syntax.Coding);
        Assert.Equal([[], [1, 2, 3, 0], [4, 5]], all.Data.Find(DicomTag.PixelData)!.Fragments!);
        Assert.Empty(header.Data.Find(DicomTag.PixelData)!.Fragments!);
        Assert.Equal(6, header.Data.Find(DicomTag.PixelData)!.StoredLength);
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes()
    {
        // When
        DicomFile.Write(_folder["a.dcm"], Instance());
        DicomFile.Write(_folder["b.dcm"], Instance());

        // Then
        Assert.Equal(File.ReadAllBytes(_folder["a.dcm"]), File.ReadAllBytes(_folder["b.dcm"]));
    }

    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(-1024, "-1024")]
    [InlineData(-0.12345678901234567, "-0.1234567890123")]
    [InlineData(-1.2345678901234567e-100, "-1.234567890E-100")]
    public void Decimal_HasAtMost16Characters(double value, string expected)
    {
        string text = DicomDataSet.Decimal(value);

        Assert.InRange(text.Length, 1, 16);
        Assert.Equal(double.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), double.Parse(text, System.Globalization.CultureInfo.InvariantCulture), Math.Abs(value) * 1e-9);
    }

    [Fact]
    public void UidOf_IsOfItsText()
    {
        Assert.Equal(DicomUid.Of("a"), DicomUid.Of("a"));
        Assert.NotEqual(DicomUid.Of("a"), DicomUid.Of("b"));
        Assert.Matches("^2\\.25\\.[1-9][0-9]{30,38}$", DicomUid.Of("a"));
    }

    [SkippableTheory]
    [InlineData("axial/f000.dcm", true, false, false)]
    [InlineData("implicit/f000.dcm", false, false, false)]
    [InlineData("transfer_syntaxes/bigendian.dcm", true, true, false)]
    [InlineData("transfer_syntaxes/deflated.dcm", true, false, true)]
    public void Read_EveryForm_GivesTheSameValues(string file, bool isExplicit, bool big, bool deflated)
    {
        // When
        DicomFile read = DicomFile.Read(TestData.Data("dicom/" + file), DicomContent.WithPixels);

        // Then
        Assert.Equal((isExplicit, big, deflated), (read.Syntax.IsExplicit, read.Syntax.IsBigEndian, read.Syntax.IsDeflated));
        Assert.Equal((20, 24), (read.Data.Integer(DicomTag.Rows), read.Data.Integer(DicomTag.Columns)));
        Assert.Equal([0.8, 0.7], read.Data.Numbers(DicomTag.PixelSpacing));
        Assert.Equal("Test^Series", read.Data.Text(DicomTag.PatientName));
        byte[] pixels = read.Data.Bytes(DicomTag.PixelData);
        Assert.Equal(960, pixels.Length);
        Assert.InRange(pixels[1], 0, 15); // 12 bits of 16, the upper half second
        Assert.InRange(pixels[959], 0, 15);
    }

    [SkippableFact]
    public void Read_EnhancedFile_HasItsFunctionalGroups()
    {
        // When
        DicomDataSet data = DicomFile.Read(TestData.Data("dicom/enh/enh.dcm"), DicomContent.WithoutPixels).Data;

        // Then
        Assert.Equal(12, data.Items(DicomTag.PerFrameFunctionalGroupsSequence).Count);
        DicomDataSet frame = data.Items(DicomTag.PerFrameFunctionalGroupsSequence)[1];
        Assert.Equal([-30, -40, 125.0], frame.Item(DicomTag.PlanePositionSequence)!.Numbers(DicomTag.ImagePositionPatient));
        Assert.Equal([1.0, 11], frame.Item(DicomTag.FrameContentSequence)!.Numbers(DicomTag.DimensionIndexValues));
        Assert.Empty(data.Bytes(DicomTag.PixelData));
        Assert.Equal(11520, data.Find(DicomTag.PixelData)!.StoredLength);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_WithoutPreamble_IsRecognisedByItsFirstElement(bool withMeta)
    {
        // Given
        string path = _folder["a.dcm"];
        DicomFile.Write(path, Instance());
        byte[] bytes = File.ReadAllBytes(path);
        int data = 144 + bytes[140] + (bytes[141] << 8);
        File.WriteAllBytes(path, bytes[(withMeta ? 132 : data)..]);

        // When
        DicomFile read = DicomFile.Read(path, DicomContent.WithPixels);

        // Then
        Assert.Equal("1.2.3", read.Data.Text(DicomTag.SOPInstanceUID));
    }

    [Fact]
    public void Read_SequenceAndItemOfUndefinedLength_EndAtTheirDelimiters()
    {
        // Given: explicit little-endian, a private sequence of undefined length and a known one
        byte[] sequence =
        [
            0x09, 0, 1, 0, (byte)'S', (byte)'Q', 0, 0, 0xff, 0xff, 0xff, 0xff,
            0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0,
            0x62, 0, 2, 0, (byte)'S', (byte)'Q', 0, 0, 0xff, 0xff, 0xff, 0xff,
            0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff, 0x62, 0, 4, 0, (byte)'U', (byte)'S', 2, 0, 7, 0, 0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0,
            0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0,
        ];
        string path = _folder["a.dcm"];
        DicomFile.Write(path, Instance());
        File.WriteAllBytes(path, [.. File.ReadAllBytes(path), .. sequence]);

        // When
        DicomDataSet read = DicomFile.Read(path, DicomContent.WithPixels).Data;

        // Then
        Assert.Equal(7, Assert.Single(read.Items(DicomTag.SegmentSequence)).Integer(DicomTag.SegmentNumber));
        Assert.False(read.Contains((DicomTag)0x00090001)); // manufacturers' own are passed over
    }

    [Theory]
    [InlineData("Rows (0028,0010) is missing")]
    public void Needed_Missing_SaysWhich(string what)
    {
        FileFormatException e = Assert.Throws<FileFormatException>(() => Written(Instance()).Data.NeededInteger(DicomTag.Rows));

        Assert.Equal(what, e.What);
    }

    [Fact]
    public void Numbers_OfText_AreRefusedWithTheText()
    {
        // Given
        DicomDataSet data = Written(Instance().AddBytes(DicomTag.SliceThickness, "1,5 "u8.ToArray(), "DS")).Data;

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => data.Number(DicomTag.SliceThickness));

        // Then
        Assert.Equal("SliceThickness (0018,0050) is \"1,5\", where a number should be", e.What);
    }

    private static DicomDataSet Instance() => new DicomDataSet().AddText(DicomTag.SOPClassUID, DicomUid.Segmentation).AddText(DicomTag.SOPInstanceUID, "1.2.3");

    private DicomFile Written(DicomDataSet data)
    {
        string path = _folder["a.dcm"];
        DicomFile.Write(path, data);
        return DicomFile.Read(path, DicomContent.WithPixels);
    }
}
