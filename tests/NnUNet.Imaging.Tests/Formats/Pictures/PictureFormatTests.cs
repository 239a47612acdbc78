using System.Buffers.Binary;
using System.IO.Compression;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Formats.Pictures;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Pictures;

/// <summary>
/// PNG, BMP and JPEG against files whose pixels are known. Those named pil were written by Pillow 9.4, the others by the specification's words in Python and
/// read back alike by Pillow. Channel c at (y, x) is (13 y + 7 x + 31 c) k modulo a number; k is 257 for 16 bits, else 1.
/// </summary>
public sealed class PictureFormatTests : IDisposable
{
    private const int Height = 11;
    private const int Width = 13;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("png/grey8_pil.png", 1, 256, 1, 1, "uint8")]
    [InlineData("png/grey8_adam7.png", 1, 256, 1, 1, "uint8")]
    [InlineData("png/grey8_transparent.png", 1, 256, 1, 1, "uint8")]
    [InlineData("png/grey16_pil.png", 1, 65536, 257, 1, "uint16")]
    [InlineData("png/grey4.png", 1, 16, 1, 17, "uint8")]
    [InlineData("png/grey2_adam7.png", 1, 4, 1, 85, "uint8")]
    [InlineData("png/bits1_pil.png", 1, 2, 1, 255, "uint8")]
    [InlineData("png/palette_grey_pil.png", 1, 16, 1, 3, "uint8")]
    [InlineData("png/grey_alpha8_pil.png", 2, 256, 1, 1, "uint8")]
    [InlineData("png/rgb8_pil.png", 3, 256, 1, 1, "uint8")]
    [InlineData("png/rgb8_adam7_split.png", 3, 256, 1, 1, "uint8")]
    [InlineData("png/rgb16.png", 3, 65536, 257, 1, "uint16")]
    [InlineData("png/rgba8_pil.png", 4, 256, 1, 1, "uint8")]
    [InlineData("png/rgba16_adam7.png", 4, 65536, 257, 1, "uint16")]
    [InlineData("bmp/grey8_pil.bmp", 1, 256, 1, 1, "uint8")]
    [InlineData("bmp/bits1_pil.bmp", 1, 2, 1, 255, "uint8")]
    [InlineData("bmp/rgb24_pil.bmp", 3, 256, 1, 1, "uint8")]
    public void Picture_HasTheSamplesOfItsFile(string file, int channels, int modulus, int factor, int scale, string type)
    {
        // When
        ImageHeader header = ImageFile.ReadHeader(Corpus(file));
        IReadOnlyList<Volume<float>> read = ImageFile.ReadChannels(Corpus(file));

        // Then
        Assert.Equal((new Extent(1, Height, Width), channels, type), (header.Extent, header.Channels, header.DataType));
        Assert.Equal(channels, read.Count);
        Assert.All(read.Index(), c => Assert.Equal(Expected(c.Index, modulus, factor, scale), c.Item.Voxels));
        Assert.Equal(header.Geometry, read[0].Geometry);
    }

    [Theory]
    [InlineData("png/palette4_pil.png")]
    [InlineData("bmp/palette_pil.bmp")]
    public void PaletteOfColours_IsThreeChannels(string file)
    {
        IReadOnlyList<Volume<float>> read = ImageFile.ReadChannels(Corpus(file));

        Assert.Equal(3, read.Count);
        Assert.All(read.Index(), c => Assert.Equal(Expected(0, 16, 1, 1).Select(v => v * ((2 * c.Index) + 3) % 256), c.Item.Voxels));
    }

    [Fact]
    public void BmpOf16Bits_FromAboveDown_IsStretchedTo8()
    {
        IReadOnlyList<Volume<float>> read = ImageFile.ReadChannels(Corpus("bmp/rgb565_topdown.bmp"));

        Assert.Equal(Expected(0, 256, 1, 1).Select(static v => (float)((int)v / 8 * 255 / 31)), read[0].Voxels);
        Assert.Equal(Expected(1, 256, 1, 1).Select(static v => (float)((int)v / 4 * 255 / 63)), read[1].Voxels);
        Assert.Equal(Expected(2, 256, 1, 1).Select(static v => (float)((int)v / 8 * 255 / 31)), read[2].Voxels);
    }

    [Theory]
    [InlineData("jpeg/grey.jpg", 2)]
    [InlineData("jpeg/rgb420.jpg", 8)]
    [InlineData("jpeg/rgb444_progressive.jpg", 4)]
    public void Jpeg_IsReadWithinItsLoss_AndWarnsOfIt(string file, int loss)
    {
        // When
        ImageHeader header = ImageFile.ReadHeader(Corpus(file));
        IReadOnlyList<Volume<float>> read = ImageFile.ReadChannels(Corpus(file));

        // Then: red is 3 y + 2 x, green 255 less it, blue half of it
        float[] red = [.. Enumerable.Range(0, 40 * 48).Select(static i => (float)((3 * (i / 48)) + (2 * (i % 48))))];
        Assert.Equal(new Extent(1, 40, 48), header.Extent);
        Assert.Contains("JPEG changes values", Assert.Single(header.Warnings), StringComparison.Ordinal);
        AssertWithin(red, read[0].Voxels, loss);
        if (read.Count == 1) return;
        AssertWithin([.. red.Select(static v => 255 - v)], read[1].Voxels, loss);
        AssertWithin([.. red.Select(static v => MathF.Floor(v / 2))], read[2].Voxels, loss);
    }

    [Fact]
    public void Jpeg_HasThePixelsThatPillowReads()
    {
        // Pillow 9.4 (libjpeg-turbo) reads 29, 226, 15 and 29, 226, 12 at (5, 7).
        Assert.Equal([29, 226, 15], ImageFile.ReadChannels(Corpus("jpeg/rgb420.jpg")).Select(static c => (int)c[0, 5, 7]));
        Assert.Equal([29, 226, 12], ImageFile.ReadChannels(Corpus("jpeg/rgb444_progressive.jpg")).Select(static c => (int)c[0, 5, 7]));
    }

    [Fact]
    public void SizeOfPixels_IsWhatTheFileTells_UnlessItIsThatOfAScreen()
    {
        Assert.Equal(new Spacing(999, 0.25, 0.25), ImageFile.ReadHeader(Corpus("png/grey8_pil.png")).Geometry.Spacing);
        Assert.Equal(new Spacing(999, 0.25, 0.25), ImageFile.ReadHeader(Corpus("bmp/grey8_pil.bmp")).Geometry.Spacing);
        Assert.Equal(0.1, ImageFile.ReadHeader(Corpus("jpeg/rgb444_progressive.jpg")).Geometry.Spacing.X, 1e-9);
        Assert.Equal(new Spacing(999, 1, 1), ImageFile.ReadHeader(Corpus("png/grey8_transparent.png")).Geometry.Spacing); // 72 dots an inch
        Assert.Equal(new Spacing(999, 1, 1), ImageFile.ReadHeader(Corpus("png/rgb16.png")).Geometry.Spacing);
    }

    [Fact]
    public void Labels_AreTheStoredNumbers_NotStretched()
    {
        Assert.Equal(Expected(0, 2, 1, 1).Select(static v => (short)v), ImageFile.ReadLabels(Corpus("png/bits1_pil.png")).Voxels);
        Assert.Equal(Expected(0, 4, 1, 1).Select(static v => (short)v), ImageFile.ReadLabels(Corpus("png/grey2_adam7.png")).Voxels);
        Assert.Equal(Expected(0, 256, 1, 1).Select(static v => (short)v), ImageFile.ReadLabels(Corpus("png/grey8_pil.png")).Voxels);
    }

    [Fact]
    public void ColouredLabels_AreRefused_WithTheWayToTurnThem()
    {
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadLabels(Corpus("png/rgb8_pil.png")));

        Assert.Contains("3 channels", e.What, StringComparison.Ordinal);
        Assert.Contains("--label-colors", e.Remedy, StringComparison.Ordinal);
        Assert.Contains("convert_images", Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(Corpus("png/rgb8_pil.png"))).Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".png", 3, "uint8")]
    [InlineData(".png", 3000, "uint16")]
    [InlineData(".bmp", 255, "uint8")]
    public void WrittenLabels_ComeBack_InAsFewBitsAsTheyNeed(string ending, short largest, string type)
    {
        // Given
        short[] labels = [.. Enumerable.Range(0, 35).Select(i => (short)(i % 2 == 0 ? largest : i % 3))];
        Volume<short> volume = new(labels, new Extent(1, 5, 7), PixelDensity.Flat(0.25, 0.5));

        // When
        ImageFile.WriteLabels(_folder["a" + ending], volume);
        using MemoryStream stream = new();
        ImageFile.WriteLabels(stream, volume, ending);

        // Then
        Volume<short> read = ImageFile.ReadLabels(_folder["a" + ending]);
        Assert.Equal(labels, read.Voxels);
        Assert.Equal(volume.Geometry, read.Geometry);
        Assert.Equal(type, ImageFile.ReadHeader(_folder["a" + ending]).DataType);
        Assert.Equal(File.ReadAllBytes(_folder["a" + ending]), stream.ToArray());
    }

    [Fact]
    public void Png_KeepsAGeometryThatPixelsAMetreCannotTell()
    {
        // Given a slice of a scan
        ImageGeometry geometry = new() { ItkSpacing = [0.3, 0.7, 5], ItkOrigin = [-12.5, 3, 40], ItkDirection = [-1, 0, 0, 0, -1, 0, 0, 0, 1] };

        // When
        ImageFile.WriteLabels(_folder["a.png"], new Volume<short>(new short[6], new Extent(1, 2, 3), geometry));

        // Then
        Assert.Equal(geometry, ImageFile.ReadLabels(_folder["a.png"]).Geometry);
    }

    [Fact]
    public void WhatAPictureCannotHold_IsRefusedInWords()
    {
        Assert.Contains("one slice, but the image has 2", Refused(static path => ImageFile.WriteLabels(path, new Volume<short>(new short[2], new Extent(2, 1, 1)))), StringComparison.Ordinal);
        Assert.Contains("but a voxel is -1", Refused(static path => ImageFile.WriteLabels(path, new Volume<short>([-1], new Extent(1, 1, 1)))), StringComparison.Ordinal);
        Assert.Contains("but a voxel is 0.5", Refused(static path => ImageFile.WriteVolume(path, new Volume<float>([0.5f], new Extent(1, 1, 1)))), StringComparison.Ordinal);
        Assert.Contains("but a voxel is NaN", Refused(static path => ImageFile.WriteVolume(path, new Volume<float>([float.NaN], new Extent(1, 1, 1)))), StringComparison.Ordinal);
        Assert.Contains("read, but not written", Assert.Throws<FileFormatException>(() => ImageFile.WriteLabels(_folder["a.jpg"], new Volume<short>(new short[1], new Extent(1, 1, 1)))).What, StringComparison.Ordinal);
        Assert.Contains("but a voxel is 300", Assert.Throws<FileFormatException>(() => ImageFile.WriteLabels(_folder["a.bmp"], new Volume<short>([300], new Extent(1, 1, 1)))).What, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Root));

        string Refused(Action<string> write) => Assert.Throws<FileFormatException>(() => write(_folder["a.png"])).What;
    }

    [Theory]
    [InlineData("png/rgb8_adam7_split.png")]
    [InlineData("png/grey8_pil.png")]
    [InlineData("bmp/palette_pil.bmp")]
    [InlineData("bmp/rgb565_topdown.bmp")]
    [InlineData("jpeg/rgb420.jpg")]
    [InlineData("jpeg/rgb444_progressive.jpg")]
    public void FileCutAtEveryByte_IsRefusedInWords(string file)
    {
        byte[] whole = File.ReadAllBytes(Corpus(file));
        int end = file.StartsWith("jpeg", StringComparison.Ordinal) ? whole.Length - 2 : whole.Length; // the last marker of JPEG says nothing
        for (int length = 0; length < end; length++)
        {
            using MemoryStream cut = new(whole[..length]);
            Assert.IsType<FileFormatException>(Record.Exception(() => ImageFile.ReadChannels(cut, Path.GetFileName(file))));
        }
    }

    [Fact]
    public void SmallPngThatPromisesAHugePicture_IsRefusedBeforeMemoryIsTaken()
    {
        // Given 46341 x 46341 pixels of 16 bits, and pixels that are zeros for a part of them
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, 46340);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), 46340);
        header[8] = 8;
        using MemoryStream zeros = new();
        using (ZLibStream zlib = new(zeros, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(new byte[1 << 20]);
        byte[] png = [.. PngFile.Signature, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, zeros.ToArray()), .. Chunk("IEND"u8, [])];
        File.WriteAllBytes(_folder["a.png"], png);

        // When
        FileFormatException? e = null;
        long allocated = Allocations.Of(() => e = Assert.Throws<FileFormatException>(() => ImageFile.ReadChannels(_folder["a.png"])));

        // Then
        Assert.Contains("but the file can hold at most", e!.What, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 1 << 20);
    }

    [Fact]
    public void PngThatPromisesMoreThanItsPixelsFill_TakesLittleMemory()
    {
        // Given 20000 x 1000 pixels, of which the first megabyte is there, behind which other bytes follow that make it look larger
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, 20000);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), 1000);
        header[8] = 8;
        using MemoryStream zeros = new();
        using (ZLibStream zlib = new(zeros, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(new byte[1 << 20]);
        byte[] png = [.. PngFile.Signature, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, [.. zeros.ToArray(), .. new byte[30000]]), .. Chunk("IEND"u8, [])];
        File.WriteAllBytes(_folder["a.png"], png);

        // When
        long allocated = Allocations.Of(() => Assert.Throws<FileFormatException>(() => ImageFile.ReadChannels(_folder["a.png"])));

        // Then
        Assert.InRange(allocated, 0, 8 << 20);
    }

    [Fact]
    public void PictureUnderAnotherEnding_IsKnownByItsContent()
    {
        File.Copy(Corpus("png/grey8_pil.png"), _folder["a.bmp"]);
        File.Copy(Corpus("jpeg/grey.jpg"), _folder["b.png"]);

        Assert.Equal(new Extent(1, Height, Width), ImageFile.ReadHeader(_folder["a.bmp"]).Extent);
        Assert.Equal(new Extent(1, 40, 48), ImageFile.ReadHeader(_folder["b.png"]).Extent);
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
    {
        byte[] bytes = [0, 0, 0, 0, .. type, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(bytes, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - 4), CheckedZipStream.Crc32(bytes.AsSpan(4, content.Length + 4)));
        return bytes;
    }

    private static float[] Expected(int channel, int modulus, int factor, int scale) =>
        [.. Enumerable.Range(0, Height * Width).Select(i => (float)((((i / Width * 13) + (i % Width * 7) + (channel * 31)) * factor % modulus) * scale))];

    private static void AssertWithin(float[] expected, float[] actual, float bound) =>
        Assert.All(expected.Zip(actual), pair => Assert.InRange(MathF.Abs(pair.First - pair.Second), 0, bound));

    private static string Corpus(string file) => Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", file);
}
