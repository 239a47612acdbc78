using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Nifti;

public sealed class NiftiReadTests : IDisposable
{
    private static readonly double[] Small = [.. Enumerable.Range(0, 24).Select(static i => (double)i)];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int, string, int, bool> TypesVersionsAndByteOrders
    {
        get
        {
            TheoryData<int, string, int, bool> data = [];
            foreach ((int code, string name) in new[] { (2, "uint8"), (256, "int8"), (4, "int16"), (512, "uint16"), (8, "int32"), (768, "uint32"), (1024, "int64"), (1280, "uint64"), (16, "float32"), (64, "float64") })
            {
                foreach (int version in new[] { 1, 2 })
                {
                    data.Add(code, name, version, false);
                    data.Add(code, name, version, true);
                }
            }

            return data;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(TypesVersionsAndByteOrders))]
    public void Read_EveryScalarTypeVersionAndByteOrder_GivesTheVoxelsAsImageAndAsLabels(int code, string name, int version, bool bigEndian)
    {
        // Given
        NiftiBytes bytes = new() { Version = version, BigEndian = bigEndian, DataType = code, Voxels = NiftiBytes.Encode(code, bigEndian, Small) };
        string plain = bytes.Save(_folder["a.nii"]), compressed = bytes.Save(_folder["a.nii.gz"]);

        // When
        ImageHeader header = ImageFile.ReadHeader(plain);
        Volume<float> image = ImageFile.ReadVolume(plain), imageOfGz = ImageFile.ReadVolume(compressed);
        Volume<short> labels = ImageFile.ReadLabels(plain), labelsOfGz = ImageFile.ReadLabels(compressed);

        // Then
        Assert.Equal(new Extent(4, 3, 2), header.Extent);
        Assert.Equal((1, name), (header.Channels, header.DataType));
        Assert.Equal(Small, image.Voxels.Select(static v => (double)v));
        Assert.Equal(Small, imageOfGz.Voxels.Select(static v => (double)v));
        Assert.Equal(Small, labels.Voxels.Select(static v => (double)v));
        Assert.Equal(Small, labelsOfGz.Voxels.Select(static v => (double)v));
    }

    [Theory]
    [InlineData(256, -128, 127)]
    [InlineData(4, -32768, 32767)]
    [InlineData(512, 0, 65535)]
    [InlineData(8, int.MinValue, int.MaxValue)]
    [InlineData(768, 0, uint.MaxValue)]
    [InlineData(1024, -1e15, 1e15)]
    [InlineData(1280, 0, 1.5e19)]
    [InlineData(16, -3e38, 3e38)]
    [InlineData(64, -1e30, 1e-30)]
    public void ReadVolume_ExtremeValues_AreRoundedToSinglePrecision(int code, double low, double high)
    {
        // Given
        string path = new NiftiBytes { DataType = code, Dim = [2, 2, 1, 1, 1, 1, 1, 1], Voxels = NiftiBytes.Encode(code, false, low, high) }.Save(_folder["a.nii"]);

        // When
        float[] voxels = ImageFile.ReadVolume(path).Voxels;

        // Then
        Assert.Equal([(float)low, (float)high], voxels);
    }

    [Theory]
    [InlineData(2, 2, 10, new double[] { 0, 1, 255 }, new float[] { 10, 12, 520 })]
    [InlineData(16, 0.5, -1, new double[] { 0, 1, 3 }, new float[] { -1, -0.5f, 0.5f })]
    [InlineData(64, 0.1, 0, new double[] { 0, 1, 3 }, new float[] { 0, 0.1f, 0.3f })]
    [InlineData(4, 0, 5, new double[] { -1, 0, 1 }, new float[] { 4, 5, 6 })] // ITK: slope 0 means 1, the intercept counts
    [InlineData(4, double.NaN, double.PositiveInfinity, new double[] { -1, 0, 1 }, new float[] { -1, 0, 1 })]
    [InlineData(64, 1, 0, new double[] { 1e39, -1e300, 2 }, new[] { float.PositiveInfinity, float.NegativeInfinity, 2 })] // told when the image is used
    [InlineData(16, 1e30, 0, new double[] { 1e20, 1, 0 }, new[] { float.PositiveInfinity, 1e30f, 0 })]
    [InlineData(8, 1, 0, new double[] { -1, 0, 16777217 }, new float[] { -1, 0, 16777216 })]
    public void ReadVolume_WithSlopeAndIntercept_RescalesAsItkDoes(int code, double slope, double intercept, double[] stored, float[] expected)
    {
        // Given
        string path = new NiftiBytes
        {
            DataType = code,
            Slope = slope,
            Intercept = intercept,
            Dim = [3, 3, 1, 1, 1, 1, 1, 1],
            Voxels = NiftiBytes.Encode(code, false, stored),
        }.Save(_folder["a.nii.gz"]);

        // When
        float[] voxels = ImageFile.ReadVolume(path).Voxels;

        // Then
        Assert.Equal(expected, voxels);
    }

    [Fact]
    public void ReadVolume_VoxelsThatAreNotFinite_AreKept()
    {
        // Given: ITK before version 6 made them 0, which hid a damaged image
        double[] values = [double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        string path = new NiftiBytes { DataType = 16, Dim = [3, 3, 1, 1, 1, 1, 1, 1], Voxels = NiftiBytes.Encode(16, false, values) }.Save(_folder["a.nii"]);

        // When
        float[] voxels = ImageFile.ReadVolume(path).Voxels;

        // Then
        Assert.Equal([float.NaN, float.PositiveInfinity, float.NegativeInfinity], voxels);
    }

    [Theory]
    [InlineData(1, "single bits")]
    [InlineData(32, "complex numbers")]
    [InlineData(1792, "complex numbers")]
    [InlineData(128, "colours (RGB)")]
    [InlineData(2304, "colours (RGB)")]
    [InlineData(1536, "128-bit floating-point numbers")]
    [InlineData(0, "the data type 0 is not one of NIfTI's")]
    [InlineData(77, "the data type 77 is not one of NIfTI's")]
    public void ReadHeader_ATypeThatIsNoScalar_IsRefusedByName(int code, string what)
    {
        // Given
        string path = new NiftiBytes { DataType = code }.Save(_folder["a.nii"]);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader(path));

        // Then
        Assert.Contains(what, e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadChannels_FourAxes_GivesOneVolumeAChannel()
    {
        // Given
        string path = new NiftiBytes { Dim = [4, 2, 2, 2, 3, 1, 1, 1] }.Save(_folder["a.nii.gz"]);

        // When
        IReadOnlyList<Volume<float>> channels = ImageFile.ReadChannels(path);

        // Then
        Assert.Equal(3, ImageFile.ReadHeader(path).Channels);
        Assert.Equal([0, 8, 16], channels.Select(static c => (int)c.Voxels[0]));
        Assert.Equal([7, 15, 23], channels.Select(static c => (int)c[1, 1, 1]));
    }

    [Fact]
    public void ReadChannels_AVectorImageAsItkWritesIt_TakesTheFifthAxis()
    {
        // Given
        string path = new NiftiBytes { Dim = [5, 2, 2, 2, 1, 3, 1, 1] }.Save(_folder["a.nii"]);

        // When
        IReadOnlyList<Volume<float>> channels = ImageFile.ReadChannels(path);

        // Then
        Assert.Equal([0, 8, 16], channels.Select(static c => (int)c.Voxels[0]));
    }

    [Fact]
    public void ReadVolumeAndReadLabels_SeveralChannels_AreRefused()
    {
        // Given
        string path = new NiftiBytes { Dim = [4, 2, 2, 2, 3, 1, 1, 1] }.Save(_folder["a.nii"]);

        // When, Then
        Assert.Contains("3 channels", Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(path)).What, StringComparison.Ordinal);
        Assert.Contains("3 channels", Assert.Throws<FileFormatException>(() => ImageFile.ReadLabels(path)).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new long[] { 4, 2, 3, 4, 1, 1, 1, 1 }, 3)]
    [InlineData(new long[] { 7, 2, 3, 4, 1, 1, 1, 1 }, 3)]
    [InlineData(new long[] { 3, 2, 12, 0, 9, 9, 9, 9 }, 3)] // lengths of 0 mean 1; axes beyond the count do not matter
    [InlineData(new long[] { 2, 2, 12, 9, 9, 9, 9, 9 }, 2)]
    public void ReadHeader_TrailingAxesOfOne_AreDropped(long[] dim, int dimensions)
    {
        // Given
        string path = new NiftiBytes { Dim = dim }.Save(_folder["a.nii"]);

        // When
        ImageHeader header = ImageFile.ReadHeader(path);

        // Then
        Assert.Equal((24, 1, dimensions), (header.Extent.Count, header.Channels, header.Geometry.Dimensions));
    }

    [Fact]
    public void ReadVolume_TwoAxes_GivesOneSliceAndAFlatSpacing()
    {
        // Given
        NiftiBytes bytes = new() { Dim = [2, 6, 4, 1, 1, 1, 1, 1], PixDim = [1, 0.5, 0.25, 7, 1, 1, 1, 1], QFormCode = 1, QOffset = [10, 20, 30] };
        string path = bytes.Save(_folder["a.nii.gz"]);

        // When
        Volume<float> volume = ImageFile.ReadVolume(path);

        // Then
        Assert.Equal(new Extent(1, 4, 6), volume.Extent);
        Assert.Equal(new Spacing(Spacing.Flat, 0.25, 0.5), volume.Geometry.Spacing);
        Assert.Equal<ValueArray<double>>([-10, -20, 0], volume.Geometry.ItkOrigin);
        Assert.Equal<ValueArray<double>>([-1, 0, 0, 0, -1, 0, 0, 0, 1], volume.Geometry.ItkDirection);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ReadVolume_ExtensionsBeforeTheVoxels_AreSkipped(int version)
    {
        // Given
        string path = new NiftiBytes { Version = version, Extension = 5000 }.Save(_folder["a.nii.gz"]);

        // When
        float[] voxels = ImageFile.ReadVolume(path).Voxels;

        // Then
        Assert.Equal(Small, voxels.Select(static v => (double)v));
    }

    [Theory]
    [InlineData("a.hdr", "a.img")]
    [InlineData("a.hdr", "a.img.gz")]
    [InlineData("a.hdr.gz", "a.img.gz")]
    public void ReadVolume_APairOfFiles_IsOpenedByItsHeader(string headerName, string imageName)
    {
        // Given
        NiftiBytes bytes = new() { Pair = true };
        byte[] header = bytes.Header();
        File.WriteAllBytes(_folder[headerName], headerName.EndsWith(".gz", StringComparison.Ordinal) ? NiftiBytes.Gzip(header) : header);
        File.WriteAllBytes(_folder[imageName], imageName.EndsWith(".gz", StringComparison.Ordinal) ? NiftiBytes.Gzip(bytes.Voxels) : bytes.Voxels);

        // When
        float[] voxels = ImageFile.ReadVolume(_folder[headerName]).Voxels;

        // Then
        Assert.Equal(Small, voxels.Select(static v => (double)v));
    }

    [Fact]
    public void ReadVolume_APairWithoutItsImage_SaysWhichFileIsMissing()
    {
        // Given
        File.WriteAllBytes(_folder["a.hdr"], new NiftiBytes { Pair = true }.Header());

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(_folder["a.hdr"]));

        // Then
        Assert.Contains("a.img", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadVolume_CompressedUnderAPlainNameAndPlainUnderACompressedOne_ReadsByContent()
    {
        // Given
        NiftiBytes bytes = new();
        File.WriteAllBytes(_folder["compressed.nii"], NiftiBytes.Gzip(bytes.File()));
        File.WriteAllBytes(_folder["plain.nii.gz"], bytes.File());

        // When
        float[] first = ImageFile.ReadVolume(_folder["compressed.nii"]).Voxels, second = ImageFile.ReadVolume(_folder["plain.nii.gz"]).Voxels;

        // Then
        Assert.Equal(Small, first.Select(static v => (double)v));
        Assert.Equal(first, second);
    }

    [Fact]
    public void ReadVolume_SeveralGzipMembersOrSurplusBytes_AreAccepted()
    {
        // Given: what parallel compressors write, what tape archives append, and an image with something behind it
        byte[] file = new NiftiBytes().File();
        File.WriteAllBytes(_folder["members.nii.gz"], [.. NiftiBytes.Gzip(file[..200]), .. NiftiBytes.Gzip(file[200..])]);
        File.WriteAllBytes(_folder["padded.nii.gz"], [.. NiftiBytes.Gzip(file), .. new byte[512]]);
        File.WriteAllBytes(_folder["surplus.nii.gz"], NiftiBytes.Gzip([.. file, .. new byte[100_000]]));

        // When
        float[][] voxels = [.. new[] { "members", "padded", "surplus" }.Select(name => ImageFile.ReadVolume(_folder[name + ".nii.gz"]).Voxels)];

        // Then
        Assert.All(voxels, static v => Assert.Equal(Small, v.Select(static x => (double)x)));
    }

    [Theory]
    [InlineData(16, 0.5)]
    [InlineData(16, double.NaN)]
    [InlineData(64, double.PositiveInfinity)]
    [InlineData(16, 32768)]
    [InlineData(512, 40000)]
    [InlineData(8, -32769)]
    [InlineData(1280, 1.8e19)]
    public void ReadLabels_AVoxelThatIsNoLabel_IsRefusedWithItsValue(int code, double value)
    {
        // Given
        string path = new NiftiBytes { DataType = code, Dim = [3, 3, 1, 1, 1, 1, 1, 1], Voxels = NiftiBytes.Encode(code, false, 0, 1, value) }.Save(_folder["a.nii"]);

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadLabels(path));

        // Then
        Assert.Contains("a voxel of the label map is", e.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, -32768)]
    [InlineData(4, 32767)]
    [InlineData(16, -1)]
    [InlineData(64, 300)]
    public void ReadLabels_TheWholeRangeOfAShort_IsRead(int code, double value)
    {
        // Given
        string path = new NiftiBytes { DataType = code, Dim = [3, 1, 1, 1, 1, 1, 1, 1], Voxels = NiftiBytes.Encode(code, false, value) }.Save(_folder["a.nii"]);

        // When
        short label = ImageFile.ReadLabels(path).Voxels[0];

        // Then
        Assert.Equal(value, label);
    }

    [Fact]
    public void ReadLabels_Rescaled_ToleratesTheRoundingOfTheSlope()
    {
        // Given: 255 times 0.0039215689 is 1.00000007
        string path = new NiftiBytes { Slope = 1 / 255.0, Dim = [3, 2, 1, 1, 1, 1, 1, 1], Voxels = [0, 255] }.Save(_folder["a.nii"]);

        // When
        short[] labels = ImageFile.ReadLabels(path).Voxels;

        // Then
        Assert.Equal([0, 1], labels);
    }
}
