using System.IO.Compression;
using System.Text;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Tests.Formats.Nifti;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.MetaImage;

public sealed class MetaImageReadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Every element type of numbers, with NIfTI's code of its encoding in the tests.</summary>
    public static TheoryData<string, int, string> Types => new()
    {
        { "MET_CHAR", 256, "int8" },
        { "MET_ASCII_CHAR", 256, "int8" },
        { "MET_UCHAR", 2, "uint8" },
        { "MET_SHORT", 4, "int16" },
        { "MET_USHORT", 512, "uint16" },
        { "MET_INT", 8, "int32" },
        { "MET_UINT", 768, "uint32" },
        { "MET_LONG", 8, "int32" },
        { "MET_ULONG", 768, "uint32" },
        { "MET_LONG_LONG", 1024, "int64" },
        { "MET_ULONG_LONG", 1280, "uint64" },
        { "MET_FLOAT", 16, "float32" },
        { "MET_DOUBLE", 64, "float64" },
        { "MET_USHORT_ARRAY", 512, "uint16" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public void Read_EveryTypeInBothByteOrdersCompressedAndAsText_GivesItsNumbers(string type, int code, string numpy)
    {
        // Given
        double[] values = [.. Enumerable.Range(0, 24).Select(static i => (double)(i * 5))];
        MetaImageText little = new() { Type = type, More = "BinaryData = True\nBinaryDataByteOrderMSB = False\n", Voxels = NiftiBytes.Encode(code, false, values) };
        MetaImageText big = little with { More = "ElementByteOrderMSB = True\n", Voxels = NiftiBytes.Encode(code, true, values) };
        MetaImageText text = little with { More = "BinaryData = False\n", Voxels = Encoding.ASCII.GetBytes(string.Join(' ', values)) };
        byte[] packed = Zlib(little.Voxels);
        MetaImageText zlib = little with { More = $"CompressedData = True\nCompressedDataSize = {packed.Length}\n", Voxels = packed };
        MetaImageText toTheEnd = zlib with { More = "CompressedData = True\n" };
        MetaImageText gzip = zlib with { More = "CompressedData = True\n", Voxels = NiftiBytes.Gzip(little.Voxels) };

        Assert.All((MetaImageText[])[little, big, text, zlib, toTheEnd, gzip], file =>
        {
            // When
            string path = file.Save(_folder["a.mha"]);

            // Then
            Assert.Equal(values, ImageFile.ReadVolume(path).Voxels.Select(static v => (double)v));
            Assert.Equal(values, ImageFile.ReadLabels(path).Voxels.Select(static v => (double)v));
            Assert.Equal(numpy, ImageFile.ReadHeader(path).DataType);
        });
    }

    [Fact]
    public void Read_AnObliqueMatrix_HasTheAxesInItsRows()
    {
        // Given
        string path = new MetaImageText
        {
            More = "TransformMatrix = 0 0.6 0.8 0 -0.8 0.6 1 0 0\nOffset = 4 5 6\nAnatomicalOrientation = RAI\nElementSpacing = 1 2 3\nDistanceUnits = mm\n",
        }.Save(_folder["a.mha"]);

        // When
        ImageHeader header = ImageFile.ReadHeader(path);

        // Then
        Assert.Equal(new Extent(4, 3, 2), header.Extent);
        Assert.Equal([1, 2, 3], header.Geometry.ItkSpacing);
        Assert.Equal([4, 5, 6], header.Geometry.ItkOrigin);
        Assert.Equal([0, 0, 1, 0.6, -0.8, 0, 0.8, 0.6, 0], header.Geometry.ItkDirection);
        Assert.Empty(header.Warnings);
    }

    [Theory]
    [InlineData("Offset = 1 2 3\nPosition = 4 5 6\n", 1, "Position and as Offset")]
    [InlineData("Origin = 7 8 9\nPosition = 4 5 6\n", 7, "Position and as Origin")]
    [InlineData("Origin = 7 8 9\nImagePosition = 1 1 1\n", 1, "Origin and as ImagePosition")]
    [InlineData("Origin = 7 8 9\nOffset = 7 8 9\n", 7, null)]
    [InlineData("FileFormatVersion = 1\nOffset = 1 2 3\nPosition = 4 5 6\nElementOrigin = 9 9 9\n", 9, null)]
    [InlineData("FileFormatVersion = 1\nOffset = 3 2 3\nPosition = 4 5 6\n", 3, null)]
    public void Read_SeveralOrigins_TheOneThatItkTakesCounts_AndIsTold(string more, double x, string? warning)
    {
        ImageHeader header = ImageFile.ReadHeader(new MetaImageText { More = more }.Save(_folder["a.mha"]));

        Assert.Equal(x, header.Geometry.ItkOrigin[0]);
        Assert.Equal(warning is null ? 0 : 1, header.Warnings.Count);
        if (warning is not null) Assert.Contains(warning, header.Warnings[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ElementSize = 4 5 6\n", 4, 0)]
    [InlineData("ElementSize = 4 5 6\nElementSpacing = 1 2 3\n", 1, 0)]
    [InlineData("ElementSpacing = 0 2 3\n", 1, 1)]
    [InlineData("ElementSpacing = nan 2 3\n", 1, 1)]
    [InlineData("ElementSpacing = -2 2 3\n", 2, 0)]
    [InlineData("", 1, 0)]
    [InlineData("DistanceUnits = cm\n", 1, 1)]
    [InlineData("ElementToIntensityFunctionSlope = 2\n", 1, 1)]
    [InlineData("TransformMatrix = 1 0.5 0 0 1 0 0 0 1\n", 1, 1)]
    public void Read_Spacings_AndWhatIsTold(string more, double x, int warnings)
    {
        ImageHeader header = ImageFile.ReadHeader(new MetaImageText { More = more }.Save(_folder["a.mha"]));

        Assert.Equal(x, header.Geometry.ItkSpacing[0]);
        Assert.Equal(warnings, header.Warnings.Count);
        Assert.Equal(more.Contains("-2", StringComparison.Ordinal) ? -1 : 1, header.Geometry.ItkDirection[0]);
    }

    [Fact]
    public void Read_ChannelsOfEachVoxel_AndVolumesOneAfterTheOther()
    {
        // Given
        string together = new MetaImageText { Sizes = "2 2 2", More = "ElementNumberOfChannels = 3\n" }.Save(_folder["a.mha"]);
        string apart = new MetaImageText { Sizes = "2 2 2 3", More = "TransformMatrix = 0 1 0 0 1 0 0 0 0 0 1 0 0 0 0 1\nOffset = 1 2 3 4\nElementSpacing = 5 6 7 8\n" }.Save(_folder["b.mha"]);

        // Then
        Assert.Equal([1, 4, 7, 10, 13, 16, 19, 22], ImageFile.ReadChannels(together)[1].Voxels);
        Assert.Equal([8, 9, 10, 11, 12, 13, 14, 15], ImageFile.ReadChannels(apart)[1].Voxels);
        Assert.Equal([5, 6, 7], ImageFile.ReadHeader(apart).Geometry.ItkSpacing);
        Assert.Equal([0, 1, 0, 1, 0, 0, 0, 0, 1], ImageFile.ReadHeader(apart).Geometry.ItkDirection);
        Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(together));
    }

    [Fact]
    public void Read_TwoAxes_IsOneSlice()
    {
        string path = new MetaImageText { Sizes = "6 4", More = "TransformMatrix = 0 1 -1 0\nOffset = 7 8\nElementSpacing = 0.5 0.25\n" }.Save(_folder["a.mha"]);

        ImageHeader header = ImageFile.ReadHeader(path);

        Assert.Equal((new Extent(1, 4, 6), 2), (header.Extent, header.Geometry.Dimensions));
        Assert.Equal([0, -1, 0, 1, 0, 0, 0, 0, 1], header.Geometry.ItkDirection);
    }

    [Theory]
    [InlineData("", "all.raw", "all.raw")]
    [InlineData("", "parts/all.raw", "parts/all.raw")]
    [InlineData("", "slice%03d.raw", "slice001.raw", "slice002.raw", "slice003.raw", "slice004.raw")]
    [InlineData("", "my slice%d.raw 2 8 2", "my slice2.raw", "my slice4.raw", "my slice6.raw", "my slice8.raw")]
    [InlineData("", "s%d.raw 5", "s5.raw", "s6.raw", "s7.raw", "s8.raw")]
    [InlineData("", "LIST\none.raw\ntwo two.raw\nthree.raw\nfour.raw", "one.raw", "two two.raw", "three.raw", "four.raw")]
    [InlineData("HeaderSize = 3\n", "all.raw", "all.raw")]
    [InlineData("HeaderSize = -1\n", "LIST 2\n1.raw\n2.raw\n3.raw\n4.raw\n5.raw\n", "1.raw", "2.raw", "3.raw", "4.raw")]
    public void Read_VoxelsInOtherFiles(string more, string dataFile, params string[] files)
    {
        // Given
        MetaImageText file = new() { More = more, DataFile = dataFile };
        Directory.CreateDirectory(_folder["parts"]);
        int part = 24 / files.Length;
        for (int i = 0; i < files.Length; i++) File.WriteAllBytes(_folder[files[i]], [.. new byte[more.Length > 0 ? 3 : 0], .. file.Voxels[(i * part)..((i + 1) * part)]]);
        File.WriteAllText(_folder["a.mhd"], file.Header());

        // Then
        ImageLocation location = ImageLocation.Of(_folder["a.mhd"])!;
        Assert.Equal(file.Voxels.Select(static v => (float)v), ImageFile.ReadVolume(location.Path).Voxels);
        Assert.Equal([location.Path, .. files.Select(f => _folder[f])], location.Files);

        File.Delete(_folder[files[0]]);
        Assert.Contains(_folder[files[0]], location.MissingFiles);
        Assert.Equal($"the voxels should lie in {files[0]}, which is missing", Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(location.Path)).What);
    }

    [Fact]
    public void Read_VoxelsThatWereCompressedAfterwards_AreFound()
    {
        MetaImageText file = new() { DataFile = "a.raw" };
        File.WriteAllText(_folder["a.mhd"], file.Header());
        File.WriteAllBytes(_folder["a.raw.gz"], NiftiBytes.Gzip(file.Voxels));

        Assert.Equal(23, ImageFile.ReadVolume(_folder["a.mhd"]).Voxels[23]);
        Assert.Equal([_folder["a.mhd"], _folder["a.raw.gz"]], ImageLocation.Of(_folder["a.mhd"])!.Files);
        Assert.Equal(_folder["a.mhd"], ImageFile.OpeningFile(_folder["a.raw.gz"]));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../a.raw")]
    [InlineData("LIST\n../a.raw\n../b.raw\n../a.raw\n../a.raw")]
    [InlineData("../s%d.raw")]
    public void Read_AFileOutsideTheHeadersFolder_IsRefused(string dataFile)
    {
        File.WriteAllText(_folder["a.mhd"], new MetaImageText { DataFile = dataFile }.Header());

        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(_folder["a.mhd"]));

        Assert.Contains("but only files in the header's folder and below it are read", e.What, StringComparison.Ordinal);
        Assert.Equal([_folder["a.mhd"]], ImageLocation.Of(_folder["a.mhd"])!.Files);
    }

    [Fact]
    public void Read_IntegersBeyondFloatPrecision_AreLabelsExactlyOrRefused()
    {
        byte[] voxels = [.. Enumerable.Range(0, 23).SelectMany(static _ => BitConverter.GetBytes(0)), .. BitConverter.GetBytes((1 << 24) + 1)];
        string path = new MetaImageText { Type = "MET_INT", Voxels = voxels }.Save(_folder["a.mha"]);

        Assert.Equal((float)((1 << 24) + 1), ImageFile.ReadVolume(path).Voxels[23]);
        Assert.Contains("16777217", Assert.Throws<FileFormatException>(() => ImageFile.ReadLabels(path)).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.mha", false)]
    [InlineData(null, true)]
    public void Read_FromAStream_IsWhatTheFileIs(string? name, bool oneWay)
    {
        using MemoryStream stream = new(new MetaImageText().File());

        Assert.Equal(23, ImageFile.ReadVolume(oneWay ? new OneWay(stream) : stream, name).Voxels[23]);
    }

    private static byte[] Zlib(byte[] content)
    {
        using MemoryStream memory = new();
        using (ZLibStream zlib = new(memory, CompressionLevel.Optimal)) zlib.Write(content);
        return memory.ToArray();
    }
}
