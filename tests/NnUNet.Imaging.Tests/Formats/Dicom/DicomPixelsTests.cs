using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Dicom;

public sealed class DicomPixelsTests : IDisposable
{
    private const int Frames = 64, Rows = 4096;
    private const long Voxels = (long)Frames * Rows * EnhancedFile.Columns;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_ManyFramesAsTheyAre_HoldsOneFrameBesideTheVoxels()
    {
        // Given: 2 MB of pixels in 64 frames
        EnhancedFile.Write(_folder["e.dcm"], Frames, rows: Rows);

        // When
        ImageHeader header = ImageFile.ReadHeader(_folder["e.dcm"]);
        Volume<float> read = ImageFile.ReadVolume(_folder["e.dcm"]);

        // Then
        Assert.Equal(Voxels / Frames * 2, header.BytesWhileRead);
        Assert.Equal(EnhancedFile.Value(63, 5), read.Slice(63)[5]);
        Assert.Equal(EnhancedFile.Value(0, 5), read.Slice(0)[5]);
    }

    [Fact]
    public void Read_CompressedFrames_AreCountedByTheMemoryLimit()
    {
        // Given: pixels of 2 MB that are held while 4 MB of voxels are made of them
        EnhancedFile.Write(_folder["e.dcm"], Frames, rows: Rows);
        Deflate(_folder["e.dcm"], _folder["d.dcm"]);
        using IDisposable limit = MemoryLimit.Set(Voxels * 5);

        // When
        DescribedException e = Assert.Throws<DescribedException>(() => ImageFile.ReadVolume(_folder["d.dcm"]));

        // Then
        Assert.Contains("needs", e.What, StringComparison.Ordinal);
        Assert.Equal(Voxels, ImageFile.ReadVolume(_folder["e.dcm"]).Voxels.Length);
    }

    private static void Deflate(string from, string to)
    {
        byte[] file = File.ReadAllBytes(from);
        int meta = 144 + file[140] + (file[141] << 8);
        using FileStream packed = File.Create(to);
        byte[] head = System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(file[..meta]).Replace("1.2.840.10008.1.2.1\0", "1.2.840.10008.1.2.1.99", StringComparison.Ordinal));
        head[140] += 2; // the identifier is two bytes longer: the group's length, and its own
        head[head.AsSpan().IndexOf("UI\x14\0"u8) + 2] = 22;
        packed.Write(head);
        using System.IO.Compression.DeflateStream deflate = new(packed, System.IO.Compression.CompressionLevel.Optimal);
        deflate.Write(file.AsSpan(meta));
    }
}
