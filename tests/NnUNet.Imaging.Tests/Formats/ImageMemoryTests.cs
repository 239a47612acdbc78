using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats;

public sealed class ImageMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(4 * 600, true)]
    [InlineData((4 * 600) - 1, false)]
    public void ReadVolume_OfAnImageThatTheLimitDoesNotAllow_IsRefusedByItsHeader(long bytes, bool fits)
    {
        // Given
        string path = _folder["image.nii.gz"];
        ImageFile.WriteVolume(path, new Volume<float>(new Extent(10, 6, 10), ImageGeometry.FromSpacing(new Spacing(1, 1, 1))));
        using IDisposable limit = MemoryLimit.Set(bytes);

        // When
        DescribedException? refused = (DescribedException?)Record.Exception(() => ImageFile.ReadVolume(path));

        // Then
        Assert.Equal(fits, refused is null);
        if (refused is not null) Assert.StartsWith("the image of 10x6x10 voxels (z, y, x) needs about ", refused.What, StringComparison.Ordinal);
        if (refused is not null) Assert.Equal(path, refused.Where);
    }

    [Theory]
    [InlineData(2 * 600, true)]
    [InlineData((2 * 600) - 1, false)]
    public void ReadLabels_OfASegmentationThatTheLimitDoesNotAllow_IsRefusedByItsHeader(long bytes, bool fits)
    {
        // Given
        string path = _folder["labels.nii.gz"];
        ImageFile.WriteLabels(path, new Volume<short>(new Extent(10, 6, 10), ImageGeometry.FromSpacing(new Spacing(1, 1, 1))));
        using IDisposable limit = MemoryLimit.Set(bytes);

        // When
        Exception? refused = Record.Exception(() => ImageFile.ReadLabels(path));

        // Then
        Assert.Equal(fits, refused is null);
        Assert.Equal(10 * 6 * 10, ImageFile.ReadHeader(path).Extent.Count);
    }

    [Theory]
    [InlineData(4 * 600, true)]
    [InlineData((4 * 600) - 1, false)]
    public void ReadVolume_OfAStreamWhoseImageTheLimitDoesNotAllow_IsRefusedByItsHeader(long bytes, bool fits)
    {
        // Given 600 equal voxels, which take far fewer bytes in the stream
        using MemoryStream stream = new();
        ImageFile.WriteVolume(stream, new Volume<float>(new Extent(10, 6, 10), ImageGeometry.FromSpacing(new Spacing(1, 1, 1))));
        stream.Position = 0;
        using IDisposable limit = MemoryLimit.Set(bytes);

        // When
        DescribedException? refused = (DescribedException?)Record.Exception(() => ImageFile.ReadVolume(stream, "upload.nii.gz"));
        stream.Position = 0;
        DescribedException? channels = (DescribedException?)Record.Exception(() => ImageFile.ReadChannels(stream));
        stream.Position = 0;

        // Then
        Assert.Equal(fits, refused is null);
        Assert.Equal(fits, channels is null);
        if (refused is not null) Assert.Equal("upload.nii.gz", refused.Where);
        Assert.Equal(600, ImageFile.ReadLabels(stream).Extent.Count); // two bytes a voxel fit
    }

    [Fact]
    public void AStreamThatCannotBeSought_IsRefusedAtTheLimit()
    {
        using IDisposable limit = MemoryLimit.Set(1 << 20);

        DescribedException refused = Assert.Throws<DescribedException>(() => ImageFile.ReadHeader(new OneWay(new MemoryStream(new byte[2 << 20])), "upload.nii"));

        Assert.StartsWith("the stream, which cannot be sought, needs about ", refused.What, StringComparison.Ordinal);
    }
}
