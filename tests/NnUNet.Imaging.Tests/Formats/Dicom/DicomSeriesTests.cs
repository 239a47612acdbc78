using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Dicom.DataSets;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Dicom;

public sealed class DicomSeriesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SyntheticSeries Series => new(_folder.Root);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_SlicesInAnyOrder_AreSortedByPosition()
    {
        // Given
        Series.Slices(5);

        // When
        Volume<float> volume = ImageFile.ReadVolume(_folder.Root);

        // Then
        Assert.Equal(new Extent(5, 3, 4), volume.Extent);
        Assert.Equal((2 * 423) - 1024, volume[4, 2, 3]);
        Assert.Equal(-1024, volume[0, 0, 0]);
        Assert.Equal([0.7, 0.8, 2.5], volume.Geometry.ItkSpacing);
        Assert.Equal([-30.0, -40, 100], volume.Geometry.ItkOrigin);
        Assert.Empty(ImageFile.ReadHeader(_folder.Root).Warnings);
    }

    [Fact]
    public void Read_SlopesThatVary_CountSliceBySlice()
    {
        // Given
        Series.Slice("a", 0, static d => d.AddNumbers(DicomTag.RescaleSlope, 0.5).AddNumbers(DicomTag.RescaleIntercept, 1))
            .Slice("b", 1, static d => d.AddNumbers(DicomTag.RescaleSlope, 3).AddNumbers(DicomTag.RescaleIntercept, 0))
            .Slice("c", 2, static d => d.AddText(DicomTag.RescaleSlope).AddText(DicomTag.RescaleIntercept));

        // When
        Volume<float> volume = ImageFile.ReadVolume(_folder.Root);

        // Then
        Assert.Equal([12.5f, 369, 223], [volume[0, 2, 3], volume[1, 2, 3], volume[2, 2, 3]]);
    }

    [Theory]
    [InlineData(8, 8, 7, 0, new byte[] { 200, 1 }, 200, "uint8")]
    [InlineData(8, 8, 7, 1, new byte[] { 200, 1 }, -56, "int8")]
    [InlineData(16, 12, 11, 1, new byte[] { 0xff, 0x0f }, -1, "int16")]
    [InlineData(16, 12, 11, 1, new byte[] { 0xff, 0xf7 }, 2047, "int16")]
    [InlineData(16, 12, 15, 0, new byte[] { 0x3f, 0xff }, 0xff3, "uint16")]
    [InlineData(16, 16, 15, 0, new byte[] { 0xff, 0xff }, 65535, "uint16")]
    [InlineData(16, 16, 15, 1, new byte[] { 0x00, 0x80 }, -32768, "int16")]
    [InlineData(32, 32, 31, 1, new byte[] { 0xfe, 0xff, 0xff, 0xff }, -2, "int32")]
    [InlineData(32, 32, 31, 0, new byte[] { 0, 0, 0, 0x80 }, 2147483648, "uint32")]
    public void Read_EveryNumberType_TakesTheStoredBitsAlone(int allocated, int stored, int high, int signed, byte[] first, double expected, string type)
    {
        // Given
        byte[] pixels = new byte[12 * allocated / 8];
        first.AsSpan(0, allocated / 8).CopyTo(pixels);
        Series.Slice("a", 0, d => d.AddNumbers(DicomTag.BitsAllocated, allocated).AddNumbers(DicomTag.BitsStored, stored).AddNumbers(DicomTag.HighBit, high)
            .AddNumbers(DicomTag.PixelRepresentation, signed).AddNumbers(DicomTag.RescaleSlope, 1).AddNumbers(DicomTag.RescaleIntercept, 0).AddBytes(DicomTag.PixelData, pixels));

        // When
        Volume<float> volume = ImageFile.ReadVolume(_folder.Root);

        // Then
        Assert.Equal((float)expected, volume[0, 0, 0]);
        Assert.Equal(type, ImageFile.ReadHeader(_folder.Root).DataType);
    }

    [Fact]
    public void Read_Monochrome1_LeavesTheValues()
    {
        // Given
        Series.Slices(2, static d => d.AddText(DicomTag.PhotometricInterpretation, "MONOCHROME1"));

        // Then
        Assert.Equal((2 * 123) - 1024, ImageFile.ReadVolume(_folder.Root)[1, 2, 3]);
    }

    [Fact]
    public void Read_OneSlice_SaysWhichThicknessWasTaken()
    {
        // Given
        Series.Slice("a", 0);

        // When
        ImageHeader header = ImageFile.ReadHeader(_folder.Root);

        // Then
        Assert.Equal(5, header.Geometry.ItkSpacing[2]);
        Assert.Equal(["there is one slice, and 5 mm was taken as its thickness"], header.Warnings);
    }

    [Fact]
    public void Read_APictureWithoutPosition_HasTwoDimensions()
    {
        // Given
        Series.Slice("a.dcm", 0, static d => d.AddText(DicomTag.ImagePositionPatient).AddText(DicomTag.ImageOrientationPatient));

        // When
        ImageHeader header = ImageFile.ReadHeader(_folder["a.dcm"]);

        // Then
        Assert.Equal(2, header.Geometry.Dimensions);
        Assert.Equal(new Spacing(Spacing.Flat, 0.8, 0.7), header.Geometry.Spacing);
    }

    [Fact]
    public void Read_LocalisersAndReports_AreLeftOutInWords()
    {
        // Given
        Series.Slices(3)
            .Slice("scout", 9, static d => d.AddText(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "LOCALIZER").AddNumbers(DicomTag.ImageOrientationPatient, 1, 0, 0, 0, 0, -1))
            .Slice("top", 9, static d => d.AddText(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "LOCALIZER").AddText(DicomTag.SeriesInstanceUID, "1.2.3.5").AddText(DicomTag.SeriesDescription, "Topogram"));
        DicomFile.Write(_folder["report"], new DicomDataSet().AddText(DicomTag.SOPClassUID, "1.2").AddText(DicomTag.SOPInstanceUID, "1.2.9").AddText(DicomTag.Modality, "SR"));
        File.WriteAllText(_folder["README.txt"], "not DICOM");

        // When
        ImageHeader header = ImageFile.ReadHeader(_folder.Root);

        // Then
        Assert.Equal(3, header.Extent.Z);
        Assert.Equal(
            ["report is no image (SR) and was left out", "a series of localisers was left out: \"Topogram\" (CT, 1 file, 1.2.3.5)", "scout is localiser and was left out"],
            header.Warnings);
    }

    [Fact]
    public void Read_SeveralSeries_AreListedWithWhatToDo()
    {
        // Given
        Series.Slices(2).Slice("other", 5, static d => d.AddText(DicomTag.SeriesInstanceUID, "1.2.3.5").AddText(DicomTag.SeriesDescription).AddNumbers(DicomTag.SeriesNumber, 11));

        // When
        FileFormatException e = Refused();

        // Then
        Assert.Equal("the folder has 2 series: \"Thorax\" (CT, 2 files, 1.2.3.4); number 11 (CT, 1 file, 1.2.3.5)", e.What);
        Assert.Contains("nnunet dicom sort", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ACopyOfASlice_IsLeftOutInWords()
    {
        // Given
        Series.Slices(3).Slice("copy", 1);

        // When
        ImageHeader header = ImageFile.ReadHeader(_folder.Root);

        // Then
        Assert.Equal(3, header.Extent.Z);
        Assert.Matches("^(copy|IM02) is a copy of another slice and was left out$", Assert.Single(header.Warnings));
    }

    [Fact]
    public void Read_SeveralImagesAtAPosition_AreRefusedWithWhatTellsThemApart()
    {
        // Given
        Series.Slices(3, static d => d.AddNumbers(DicomTag.EchoTime, 10));
        Series.Slice("second", 1, static d => d.AddNumbers(DicomTag.EchoTime, 20).AddBytes(DicomTag.PixelData, SyntheticSeries.Pixels(7)));

        // When
        FileFormatException e = Refused();

        // Then
        Assert.StartsWith("4 slices lie at 3 positions: ", e.What, StringComparison.Ordinal);
        Assert.Matches("they differ in EchoTime \\((10 and 20|20 and 10)\\)$", e.What);
    }

    [Fact]
    public void Read_Gap_IsRefusedWithItsPlace()
    {
        // Given
        Series.Slice("a", 0).Slice("b", 1).Slice("c", 3).Slice("d", 4);

        // Then
        Assert.Equal(@"slices are missing: b (at -30\-40\102.5) and c (at -30\-40\107.5) are 5 mm apart, the others 2.5 mm", Refused().What);
    }

    [Fact]
    public void Read_UnevenSlices_AreRefused()
    {
        // Given: 2.5 mm apart, then 3 mm
        Series.Slices(4).Slice("x", 4, static d => d.AddNumbers(DicomTag.ImagePositionPatient, -30, -40, 110.5)).Slice("y", 5, static d => d.AddNumbers(DicomTag.ImagePositionPatient, -30, -40, 113.5));

        // Then
        Assert.Equal("the slices are not evenly spaced: 2.5 to 3 mm apart", Refused().What);
    }

    [Fact]
    public void Read_PositionsThatAreRounded_AreTakenAsEvenlySpaced_InWords()
    {
        // Given: 2.5 mm apart but for 0.1 mm
        Series.Slices(4).Slice("x", 4, static d => d.AddNumbers(DicomTag.ImagePositionPatient, -30, -40, 110.1));

        // When
        ImageHeader header = ImageFile.ReadHeader(_folder.Root);

        // Then
        Assert.Equal(2.525, header.Geometry.ItkSpacing[2], 1e-9);
        Assert.Equal(["the slices are 2.5 to 2.6 mm apart, and were taken as 2.525 mm apart"], header.Warnings);
    }

    [Fact]
    public void Read_TiltedGantry_IsRefusedWithItsAngle()
    {
        // Given: 15 degrees
        for (int z = 0; z < 4; z++)
        {
            double y = -40 + (2.5 * z * Math.Tan(Math.PI / 12)), at = 100 + (2.5 * z);
            Series.Slice($"s{z}", z, d => d.AddNumbers(DicomTag.ImagePositionPatient, -30, y, at).AddNumbers(DicomTag.GantryDetectorTilt, 15));
        }

        // When
        FileFormatException e = Refused();

        // Then
        Assert.Equal("the slices are shifted against each other: s3 lies 2.01 mm beside the line through s0 (a tilt of 15 degrees, the gantry's is 15)", e.What);
        Assert.Contains("_Tilt_1", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralDirections_AreRefusedWithTheirCounts()
    {
        // Given
        Series.Slices(2).Slice("turned", 2, static d => d.AddNumbers(DicomTag.ImageOrientationPatient, 1, 0, 0, 0, 0, -1));

        // Then
        Assert.Equal(@"the slices lie in several directions: 2 along 1\0\0\0\1\0, 1 along 1\0\0\0\0\-1; the first of another one is turned", Refused().What);
    }

    [Fact]
    public void Read_SeveralSizes_AreRefusedWithTheirCounts()
    {
        // Given
        Series.Slices(2).Slice("small", 2, static d => d.AddNumbers(DicomTag.Rows, 2));

        // Then
        Assert.Equal("the slices have several sizes: 2 3 x 4, 1 2 x 4", Refused().What);
    }

    [Fact]
    public void Read_SlicesWithoutPosition_AreRefused()
    {
        // Given
        Series.Slices(2).Slice("lost", 2, static d => d.AddText(DicomTag.ImagePositionPatient));

        // Then
        Assert.Equal("1 of 3 slices do not tell where they lie, the first is lost (no ImagePositionPatient)", Refused().What);
    }

    [Fact]
    public void Read_Colours_AreRefused()
    {
        // Given
        Series.Slice("a", 0, static d => d.AddText(DicomTag.PhotometricInterpretation, "RGB").AddNumbers(DicomTag.SamplesPerPixel, 3));

        // Then
        Assert.Equal("the image is in colours (RGB, 3 values a pixel)", Refused().What);
    }

    [Fact]
    public void Read_FewerPixelsThanPromised_AreRefusedBeforeMemoryIsTaken()
    {
        // Given
        Series.Slice("a", 0, static d => d.AddNumbers(DicomTag.Rows, 30000).AddNumbers(DicomTag.Columns, 30000));

        // When
        long allocated = Allocations.Of(() => Assert.Equal("1 frame of 30000 x 30000 voxels need 1800000000 bytes, but the pixels have 24", Refused().What));

        // Then
        Assert.InRange(allocated, 0, 4 << 20);
    }

    [Fact]
    public void Read_RunLengthsInSeveralFragments_AreOneFrame()
    {
        // Given: two segments of 12 bytes each, the upper bytes first
        byte[] stored = SyntheticSeries.Pixels(2);
        byte[] upper = [.. Enumerable.Range(0, 12).Select(i => stored[(2 * i) + 1])], lower = [.. Enumerable.Range(0, 12).Select(i => stored[2 * i])];
        byte[] packed = [2, 0, 0, 0, 64, 0, 0, 0, 66, 0, 0, 0, .. new byte[52], unchecked((byte)-11), upper[0], 11, .. lower];
        Series.Slice("a", 2, d => d.AddFragments([], packed[..40], packed[40..]), TransferSyntax.RunLengths);

        // When
        Volume<float> volume = ImageFile.ReadVolume(_folder.Root);

        // Then
        Assert.Equal([.. Enumerable.Range(0, 12).Select(i => (2f * BitConverter.ToUInt16(stored, 2 * i)) - 1024)], volume.Voxels);
    }

    [Fact]
    public void Folder_OfFilesThatAreImagesOfTheirOwn_IsNoImage()
    {
        // Given: a file of a channel without position, and two of them
        Directory.CreateDirectory(_folder["one"]);
        new SyntheticSeries(_folder["one"]).Slice("case_0000.dcm", 0, static d => d.AddText(DicomTag.ImagePositionPatient));
        DicomFile.Write(_folder["one/other_0000.dcm"], DicomFile.Read(_folder["one/case_0000.dcm"], DicomContent.WithPixels).Data);
        Directory.CreateDirectory(_folder["series"]);
        new SyntheticSeries(_folder["series"]).Slices(2);

        // Then
        Assert.Null(ImageLocation.Of(_folder["one"]));
        Assert.True(ImageLocation.Of(_folder["series"])!.IsFolder);
        Assert.Equal(["IM01", "IM02"], ImageLocation.Of(_folder["series"])!.Files.Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("axial", 1, new double[] { 1, 0, 0, 0, 1, 0 }, new double[] { 1, 0, 0, 0, 1, 0, 0, 0, 1 })]
    [InlineData("axial, the other way", -1, new double[] { 1, 0, 0, 0, 1, 0 }, new double[] { 1, 0, 0, 0, 1, 0, 0, 0, 1 })]
    [InlineData("columns upwards", 1, new double[] { 1, 0, 0, 0, -1, 0 }, new double[] { 1, 0, 0, 0, -1, 0, 0, 0, -1 })]
    [InlineData("coronal", 1, new double[] { 1, 0, 0, 0, 0, -1 }, new double[] { 1, 0, 0, 0, 0, 1, 0, -1, 0 })]
    [InlineData("sagittal", 1, new double[] { 0, 1, 0, 0, 0, -1 }, new double[] { 0, 0, -1, 1, 0, 0, 0, -1, 0 })]
    [InlineData("oblique", 1, new double[] { 0.93969262, 0.34202014, 0, -0.32139380, 0.88302222, 0.34202014 }, new double[] { 0.939693, -0.321394, 0.116978, 0.34202, 0.883022, -0.321394, 0, 0.34202, 0.939693 })]
    public void Read_EveryOrientation_LiesWhereItkSees(string name, int way, double[] orientation, double[] itkDirection)
    {
        // Given: directions as ITK 5.4 (itk-wasm/dicom 7.6.4) read them from series of pydicom's with these orientations; slices along the normal, or against it
        double[] normal = [itkDirection[2], itkDirection[5], itkDirection[8]];
        for (int z = 0; z < 4; z++)
        {
            double[] position = [-30 + (2.5 * z * way * normal[0]), -40 + (2.5 * z * way * normal[1]), 100 + (2.5 * z * way * normal[2])];
            Series.Slice($"s{z}", z, d => d.AddNumbers(DicomTag.ImageOrientationPatient, orientation).AddNumbers(DicomTag.ImagePositionPatient, position));
        }

        // When
        Volume<float> volume = ImageFile.ReadVolume(_folder.Root);

        // Then: the first slice is the lowest one along the normal
        Golden.AssertClose(name, itkDirection, [.. volume.Geometry.ItkDirection], 1e-6);
        Golden.AssertClose(name, way > 0 ? [-30.0, -40, 100] : [-30.0, -40, 92.5], [.. volume.Geometry.ItkOrigin], 1e-6);
        Golden.AssertClose(name, [0.7, 0.8, 2.5], [.. volume.Geometry.ItkSpacing], 1e-5);
        Assert.Equal(way > 0 ? -1024 : (2 * 300) - 1024, volume[0, 0, 0]);
    }

    [Theory]
    [InlineData("explicit.dcm")]
    [InlineData("deflated.dcm")]
    [InlineData("enhanced.dcm")]
    [InlineData("enhanced_run_lengths.dcm")]
    [InlineData("lossless_jpeg_6.dcm")]
    public void Read_CutAtEveryByte_FailsInWords(string file)
    {
        // Given
        byte[] whole = File.ReadAllBytes(Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", "dicom", file));
        Assert.NotEmpty(ImageFile.ReadVolume(new MemoryStream(whole), file).Voxels);
        for (int length = 0; length < whole.Length - 8; length++) // behind the pixels deflate has a mark of its own
        {
            byte[] cut = whole[..length];

            // When, then
            Assert.IsType<FileFormatException>(Record.Exception(() => ImageFile.ReadVolume(new MemoryStream(cut), file)));
        }
    }

    private FileFormatException Refused() => Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader(_folder.Root));
}
