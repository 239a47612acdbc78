using System.IO.Compression;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats;

public sealed class ImageStreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ImageStreamTests() => ToyFormat.Register();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".nii")]
    [InlineData(".nii.gz")]
    public void WrittenStream_HasTheBytesOfTheFile_WhereverItBegins(string ending)
    {
        // Given
        Volume<short> labels = Labels();
        Volume<float> volume = Image();
        ImageFile.WriteLabels(_folder["labels" + ending], labels);
        ImageFile.WriteVolume(_folder["volume" + ending], volume);

        // When: behind something else, into streams that cannot be sought
        using MemoryStream labelBytes = new(), volumeBytes = new();
        labelBytes.WriteByte(7);
        ImageFile.WriteLabels(new OneWay(labelBytes), labels, ending);
        ImageFile.WriteVolume(new OneWay(volumeBytes), volume, ending);

        // Then
        Assert.Equal([7, .. File.ReadAllBytes(_folder["labels" + ending])], labelBytes.ToArray());
        Assert.Equal(File.ReadAllBytes(_folder["volume" + ending]), volumeBytes.ToArray());
    }

    [Theory]
    [InlineData(".nii", false)]
    [InlineData(".nii", true)]
    [InlineData(".nii.gz", false)]
    [InlineData(".nii.gz", true)]
    public void ReadStream_IsRecognisedByItsContent_AndStaysOpen(string ending, bool oneWay)
    {
        // Given
        ImageFile.WriteVolume(_folder["a" + ending], Image());
        ImageFile.WriteLabels(_folder["b" + ending], Labels());
        using MemoryStream image = new(File.ReadAllBytes(_folder["a" + ending])), labels = new(File.ReadAllBytes(_folder["b" + ending])), header = new(image.ToArray());

        // When
        Volume<float> read = ImageFile.ReadVolume(oneWay ? new OneWay(image) : image);
        Volume<short> readLabels = ImageFile.ReadLabels(oneWay ? new OneWay(labels) : labels);
        ImageHeader readHeader = ImageFile.ReadHeader(oneWay ? new OneWay(header) : header);

        // Then
        Assert.Equal(Image().Voxels, read.Voxels);
        Assert.Equal(ImageFile.ReadVolume(_folder["a" + ending]).Geometry, read.Geometry);
        Assert.Equal(Labels().Voxels, readLabels.Voxels);
        Assert.Equal((read.Extent, "float32"), (readHeader.Extent, readHeader.DataType));
        Assert.True(image.CanRead && labels.CanRead && header.CanRead);
    }

    [Fact]
    public void StreamThatStandsBehindSomethingElse_IsReadFromThere()
    {
        using MemoryStream stream = new();
        stream.Write("a letter"u8);
        ImageFile.WriteVolume(stream, Image());
        stream.Position = "a letter".Length;

        Assert.Equal(Image().Voxels, ImageFile.ReadVolume(stream).Voxels);
    }

    [Fact]
    public void FormatThatKnowsFilesOnly_IsReadFromAStreamToo_AndLeavesNothing()
    {
        string[] before = Directory.GetDirectories(Path.GetTempPath(), "nnunet-image-*");
        using MemoryStream stream = new("TOY 1 2 3"u8.ToArray());

        Volume<float> read = ImageFile.ReadVolume(new OneWay(stream));

        Assert.Equal([1, 2, 3], read.Voxels);
        Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), "nnunet-image-*").Except(before));
    }

    [Fact]
    public void CutOffStream_IsRefusedByTheNameThatItWasGiven()
    {
        using MemoryStream whole = new();
        ImageFile.WriteVolume(whole, Image(), ".nii");
        using MemoryStream torn = new(whole.ToArray()[..400]);

        FileFormatException named = Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(torn, "upload.nii"));
        torn.Position = 0;
        FileFormatException unnamed = Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(torn));

        Assert.Equal("upload.nii", named.Where);
        Assert.Contains("but the file has 400", named.What, StringComparison.Ordinal);
        Assert.Equal("image in a stream", unnamed.Where);
    }

    [Fact]
    public void CompressedStreamWithoutItsEnd_IsRefused()
    {
        using MemoryStream whole = new();
        ImageFile.WriteVolume(whole, Image());

        Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(new OneWay(new MemoryStream(whole.ToArray()[..^4]))));
    }

    [Fact]
    public void UnknownContent_IsRefused_UnlessAnEndingTellsTheFormat()
    {
        using MemoryStream empty = new();
        using MemoryStream picture = new([0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 4]);

        Assert.Contains("not plainly of a known image format", Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(empty)).What, StringComparison.Ordinal);
        Assert.Contains("does not begin with a NIfTI header", Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(picture, "x.nii.gz")).What, StringComparison.Ordinal);
        Assert.Contains("the ending is not that of a known image format", Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(picture, "x.gif")).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_HaveTwoFiles_AndAreRefused()
    {
        ImageFile.WriteVolume(_folder["pair.hdr"], Image());
        using FileStream header = File.OpenRead(_folder["pair.hdr"]);
        using MemoryStream into = new();

        Assert.Contains("whose voxels lie in another file", Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(header)).What, StringComparison.Ordinal);
        Assert.Contains("has two files, and a stream is one", Assert.Throws<FileFormatException>(() => ImageFile.WriteLabels(into, Labels(), ".hdr")).What, StringComparison.Ordinal);
        Assert.Contains("read, but not written", Assert.Throws<FileFormatException>(() => ImageFile.WriteLabels(into, Labels(), ".toy")).What, StringComparison.Ordinal);
        Assert.Empty(into.ToArray());
    }

    [Fact]
    public void HostileStream_IsNotAllocatedFor()
    {
        // Given a header that promises 2 GB in a stream of some hundred bytes, compressed
        using MemoryStream plain = new();
        ImageFile.WriteVolume(plain, Image(), ".nii");
        byte[] header = plain.ToArray()[..352];
        BitConverter.GetBytes((short)1000).CopyTo(header, 42);
        BitConverter.GetBytes((short)1000).CopyTo(header, 44);
        BitConverter.GetBytes((short)500).CopyTo(header, 46);
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(header);
        packed.Position = 0;
        using IDisposable limit = MemoryLimit.Set(8L << 30);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(packed));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 50_000_000);
    }

    private static Volume<float> Image()
    {
        Volume<float> image = new(new Extent(5, 6, 7), ImageGeometry.Identity with { ItkSpacing = [0.5, 1, 2], ItkOrigin = [3, -4, 5] });
        for (int i = 0; i < image.Voxels.Length; i++) image.Voxels[i] = i * 0.5f;
        return image;
    }

    private static Volume<short> Labels()
    {
        Volume<short> labels = new(new Extent(5, 6, 7));
        for (int i = 0; i < labels.Voxels.Length; i++) labels.Voxels[i] = (short)(i % 3);
        return labels;
    }
}
