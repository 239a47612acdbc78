using System.Buffers.Binary;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Pictures;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Tiff;

/// <summary>
/// TIFF against files whose pixels are known: written by tifffile 2023.2.3, the compressed ones compressed by libtiff's tiffcp 4.5, those named pil by Pillow 9.4.
/// The voxel at (z, y, x) is v = (13 y + 7 x + 31 z) modulo 256, or what is said beside the file.
/// </summary>
public sealed class TiffFormatTests : IDisposable
{
    private const int Depth = 3;
    private const int Height = 11;
    private const int Width = 13;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("stack_uint8", "uint8", 1, 0)]
    [InlineData("stack_uint16_big_endian_lzw", "uint16", 257, 0)]
    [InlineData("stack_float32_deflate_predictor", "float32", 0.25f, -10)]
    [InlineData("stack_int16_bigtiff_tiled", "int16", 1, -100)]
    [InlineData("stack_int32_strips", "int32", 100000, -9)]
    [InlineData("stack_float64", "float64", 0.125f, 0)]
    [InlineData("imagej_stack", "uint16", 1, 0)]
    [InlineData("imagej_one_page", "float32", 1, 0)]
    public void Stack_IsAVolume(string file, string type, float factor, float offset)
    {
        // When
        ImageHeader header = ImageFile.ReadHeader(Corpus(file));
        Volume<float> read = ImageFile.ReadVolume(Corpus(file));

        // Then
        Assert.Equal((new Extent(Depth, Height, Width), 1, type), (header.Extent, header.Channels, header.DataType));
        Assert.Equal(Expected(Depth).Select(v => (v * factor) + offset), read.Voxels);
        Assert.Equal(3, read.Geometry.Dimensions);
    }

    [Theory]
    [InlineData("imagej_stack", 2.5, 0.25, 0.5)] // mm
    [InlineData("imagej_one_page", 1.5, 1, 1)]
    [InlineData("imagej_channels", 0.003, 2e-7, 2e-7)] // 5000 pixels a micrometre
    [InlineData("ome_stack", 2, 0.25, 0.5)] // y in micrometres
    [InlineData("grey_cm", 999, 0.5, 0.25)] // pixels a centimetre
    [InlineData("stack_uint8", 1, 1, 1)] // nothing
    public void Spacing_IsWhatTheFileTells(string file, double z, double y, double x)
    {
        Spacing spacing = ImageFile.ReadHeader(Corpus(file)).Geometry.Spacing;

        Assert.Equal(z, spacing.Z, 1e-12);
        Assert.Equal(y, spacing.Y, 1e-12);
        Assert.Equal(x, spacing.X, 1e-12);
    }

    [Theory]
    [InlineData("imagej_channels")] // channels of a slice follow one another
    [InlineData("ome_stack")] // slices of a channel follow one another
    public void ChannelsOfStacks_AreChannels(string file)
    {
        IReadOnlyList<Volume<float>> read = ImageFile.ReadChannels(Corpus(file));

        Assert.Equal(2, read.Count);
        Assert.Equal(Expected(Depth), read[0].Voxels);
        Assert.Equal(Expected(Depth).Select(static v => 255 - v), read[1].Voxels);
    }

    [Theory]
    [InlineData("rgb_contiguous")]
    [InlineData("rgb_planar_tiled")]
    public void Colours_AreChannels_HoweverTheyAreArranged(string file)
    {
        IReadOnlyList<Volume<float>> read = ImageFile.ReadChannels(Corpus(file));

        Assert.Equal(3, read.Count);
        Assert.Equal(new Extent(1, Height, Width), read[0].Extent);
        Assert.Equal(2, read[0].Geometry.Dimensions);
        Assert.All(read.Index(), c => Assert.Equal(Expected(Depth)[(c.Index * Height * Width)..((c.Index + 1) * Height * Width)], c.Item.Voxels));
    }

    [Fact]
    public void JpegInTiff_IsReadWithinItsLoss_AndWarnsOfIt()
    {
        IReadOnlyList<Volume<float>> read = ImageFile.ReadChannels(Corpus("rgb_jpeg"));

        Assert.Contains("JPEG changes values", Assert.Single(ImageFile.ReadHeader(Corpus("rgb_jpeg")).Warnings), StringComparison.Ordinal);
        Assert.All(Enumerable.Range(0, 40 * 48), i => Assert.InRange(MathF.Abs(read[0].Voxels[i] - ((3 * (i / 48)) + (2 * (i % 48)))), 0, 6));
        Assert.All(Enumerable.Range(0, 40 * 48), i => Assert.InRange(MathF.Abs(read[1].Voxels[i] - 255 + ((3 * (i / 48)) + (2 * (i % 48)))), 0, 6));
    }

    [Fact]
    public void SmallerCopies_AreNoSlices()
    {
        Assert.Equal(Expected(1), ImageFile.ReadVolume(Corpus("pyramid")).Voxels);
    }

    [Fact]
    public void Labels_AreRead_OfSingleBitsToo()
    {
        Assert.Equal(Expected(1).Select(static v => (short)(v % 2)), ImageFile.ReadLabels(Corpus("bits1_pil")).Voxels);
        Assert.Equal(Expected(Depth).Select(static v => (short)(v - 100)), ImageFile.ReadLabels(Corpus("stack_int16_bigtiff_tiled")).Voxels);
        Assert.Contains("labels are integers", Assert.Throws<FileFormatException>(() => ImageFile.ReadLabels(Corpus("stack_float64"))).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "uint8")]
    [InlineData(3000, "uint16")]
    [InlineData(-3, "int16")]
    public void WrittenLabels_ComeBack_WithTheirWholeGeometry(short some, string type)
    {
        // Given
        ImageGeometry geometry = new() { ItkSpacing = [0.3, 0.7, 5.1], ItkOrigin = [-12.5, 3, 40], ItkDirection = [-1, 0, 0, 0, -1, 0, 0, 0, 1] };
        Volume<short> labels = new([.. Enumerable.Range(0, 4 * 5 * 7).Select(i => (short)(i % 3 == 0 ? some : 1))], new Extent(4, 5, 7), geometry);

        // When
        ImageFile.WriteLabels(_folder["case.tif"], labels);
        using MemoryStream stream = new();
        ImageFile.WriteLabels(stream, labels, ".tif");

        // Then
        Volume<short> read = ImageFile.ReadLabels(_folder["case.tif"]);
        Assert.Equal((labels.Extent, geometry, type), (read.Extent, read.Geometry, ImageFile.ReadHeader(_folder["case.tif"]).DataType));
        Assert.Equal(labels.Voxels, read.Voxels);
        Assert.Equal("""{"spacing":[5.1,0.7,0.3],"itk_origin":[-12.5,3,40],"itk_direction":[-1,0,0,0,-1,0,0,0,1]}""" + "\n", File.ReadAllText(_folder["case.json"]));

        // And: without the file beside it, alike
        Assert.Equal(File.ReadAllBytes(_folder["case.tif"]), stream.ToArray());
        stream.Position = 0;
        Assert.Equal(geometry, ImageFile.ReadLabels(stream).Geometry);
    }

    [Fact]
    public void WrittenImage_ComesBack_AsFloats()
    {
        Volume<float> volume = new([.. Expected(Depth).Select(static v => (v / 3) - 7)], new Extent(Depth, Height, Width), ImageGeometry.FromSpacing(new Spacing(3, 2, 1)));

        ImageFile.WriteVolume(_folder["a.tiff"], volume);

        Volume<float> read = ImageFile.ReadVolume(_folder["a.tiff"]);
        Assert.Equal(volume.Voxels, read.Voxels);
        Assert.Equal(volume.Geometry, read.Geometry);
    }

    [Fact]
    public void AFlatPicture_StaysOne_WithoutAFileBesideIt()
    {
        ImageFile.WriteLabels(_folder["a.tif"], new Volume<short>(new short[6], new Extent(1, 2, 3), PixelDensity.Flat(1, 1)));

        Assert.Equal(["a.tif"], Directory.GetFiles(_folder.Root).Select(Path.GetFileName));
        Assert.Equal(new Spacing(999, 1, 1), ImageFile.ReadHeader(_folder["a.tif"]).Geometry.Spacing);
    }

    [Fact]
    public void JsonBesideTheImages_TellsTheSpacingOfAllChannels_AndBelongsToThem()
    {
        // Given: as nnU-Net v2 has it
        foreach (string name in (string[])["a_0000.tif", "a_0001.tif", "a.tif"]) File.Copy(Corpus("imagej_stack"), _folder[name]);
        File.WriteAllText(_folder["a.json"], """{"spacing": [50.0, 4, 4.5]}""");

        // Then
        Assert.Equal(new Spacing(50, 4, 4.5), ImageFile.ReadHeader(_folder["a_0001.tif"]).Geometry.Spacing);
        Assert.Equal(new Spacing(50, 4, 4.5), ImageFile.ReadHeader(_folder["a.tif"]).Geometry.Spacing);
        Assert.Equal([_folder["a_0000.tif"], _folder["a.json"]], ImageLocation.FilesOf(_folder["a_0000.tif"]));

        // When copied under its name and another one
        ImageLocation.Of(_folder["a_0000.tif"])!.CopyTo(_folder["same"]);
        ImageLocation.Of(_folder["a_0000.tif"])!.CopyTo(_folder["other"], "b_0000");
        ImageLocation.Of(_folder["a.tif"])!.CopyTo(_folder["labels"], "b");

        // Then
        Assert.Equal(["a.json", "a_0000.tif"], Names("same"));
        Assert.Equal(["b.json", "b_0000.tif"], Names("other"));
        Assert.Equal(["b.json", "b.tif"], Names("labels"));

        // When one channel is removed, the other one keeps the spacing
        ImageLocation.Of(_folder["a_0000.tif"])!.Delete();
        Assert.Equal(new Spacing(50, 4, 4.5), ImageFile.ReadHeader(_folder["a_0001.tif"]).Geometry.Spacing);
    }

    [Fact]
    public void JsonWithoutSpacing_IsAnotherFile_AndStays()
    {
        File.WriteAllText(_folder["a.json"], """{"patient": 7}""");

        ImageFile.WriteLabels(_folder["a.tif"], new Volume<short>(new short[12], new Extent(2, 2, 3), ImageGeometry.FromSpacing(new Spacing(3, 2, 1))));

        Assert.Equal("""{"patient": 7}""", File.ReadAllText(_folder["a.json"]));
        Assert.Equal(new Spacing(3, 2, 1), ImageFile.ReadHeader(_folder["a.tif"]).Geometry.Spacing);
        Assert.Equal([_folder["a.tif"]], ImageLocation.FilesOf(_folder["a.tif"]));
    }

    [Theory]
    [InlineData("""{"spacing": [1, 1]}""")]
    [InlineData("""{"spacing": [1, 0, 1]}""")]
    [InlineData("""{"spacing": "mm"}""")]
    public void SpacingThatIsNone_IsRefused(string json)
    {
        File.Copy(Corpus("stack_uint8"), _folder["a.tif"]);
        File.WriteAllText(_folder["a.json"], json);

        Assert.Contains("three positive numbers", Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader(_folder["a.tif"])).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stack_uint8", 16 + 4)] // what the last page refers to stands before it, and the last 16 bytes are for no page
    [InlineData("stack_uint16_big_endian_lzw", 4)]
    [InlineData("stack_int16_bigtiff_tiled", 8)]
    [InlineData("imagej_one_page", 0)]
    public void FileCutAtEveryByte_IsRefusedInWords(string file, int surplus)
    {
        byte[] whole = File.ReadAllBytes(Corpus(file));
        int needed = whole.Length - surplus;
        for (int length = 0; length < needed; length++)
        {
            using MemoryStream cut = new(whole[..length]);
            Assert.IsType<FileFormatException>(Record.Exception(() => ImageFile.ReadChannels(cut, "a.tif")));
        }
    }

    [Fact]
    public void PagesThatShareTheirPixels_AreRefused_SinceASmallFileWouldBeALargeImage()
    {
        // Given a file of two pages, the second of which has the first one's pixels
        ImageFile.WriteLabels(_folder["a.tif"], new Volume<short>(new short[2 * 300 * 300], new Extent(2, 300, 300)));
        byte[] bytes = File.ReadAllBytes(_folder["a.tif"]);
        int first = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
        int second = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(first + 2 + (12 * BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(first)))));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(second));
        for (int i = 0; i < count; i++)
        {
            Span<byte> entry = bytes.AsSpan(second + 2 + (12 * i), 12);
            if (BinaryPrimitives.ReadUInt16LittleEndian(entry) == 273) BinaryPrimitives.WriteInt32LittleEndian(entry[8..], 8);
            if (BinaryPrimitives.ReadUInt16LittleEndian(entry) == 279) BinaryPrimitives.WriteInt32LittleEndian(entry[8..], bytes.Length - 8);
        }

        // Then
        using MemoryStream content = new(bytes);
        Assert.Contains("pages promise", Assert.Throws<FileFormatException>(() => ImageFile.ReadChannels(content, "a.tif")).What, StringComparison.Ordinal);
    }

    [Fact]
    public void DirectoriesInACircle_AreRefused()
    {
        byte[] bytes = File.ReadAllBytes(Corpus("grey_cm"));
        int first = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(first + 2 + (12 * BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(first)))), first);

        using MemoryStream content = new(bytes);
        Assert.Contains("circle", Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader(content, "a.tif")).What, StringComparison.Ordinal);
    }

    private string[] Names(string folder) => [.. Directory.GetFiles(_folder[folder]).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private static float[] Expected(int slices) =>
        [.. Enumerable.Range(0, slices * Height * Width).Select(static i => (float)(((i / Width % Height * 13) + (i % Width * 7) + (i / (Height * Width) * 31)) % 256))];

    private static string Corpus(string name) => Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", "tiff", name + ".tif");
}
