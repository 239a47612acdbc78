using NnUNet.Core.Datasets;
using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Datasets.Conversions;

public sealed class FolderReorientationTests : IDisposable
{
    private static readonly ImageGeometry Turned = new() { ItkSpacing = [1, 2, 3], ItkOrigin = [4, 5, 6], ItkDirection = [0, 0, 1, -1, 0, 0, 0, -1, 0] };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_ThereAndBack_GivesTheSameVoxelsAndGeometry()
    {
        // Given an image with fractions, one of whole numbers beyond a byte, and a segmentation
        Volume<float> image = new([.. Enumerable.Range(0, 24).Select(static i => i + 0.25f)], new Extent(2, 3, 4), Turned);
        Volume<float> ct = new([.. Enumerable.Range(0, 24).Select(static i => i - 1000f)], new Extent(2, 3, 4), Turned);
        ImageFile.WriteVolume(_folder["in/a_0000.nii.gz"], image);
        ImageFile.WriteVolume(_folder["in/b_0000.nii.gz"], ct);

        // When
        IReadOnlyList<TurnedImage> there = FolderReorientation.Run(_folder["in"], _folder["ras"], Orientation.TryParse("RAS")!);
        IReadOnlyList<TurnedImage> back = FolderReorientation.RunLike(_folder["ras"], _folder["back"], _folder["in"]);

        // Then
        Assert.All(there, static t => Assert.Equal("RAS", Orientation.Of(ImageFile.ReadHeader(t.File).Geometry).ToString()));
        Assert.Equal(["float32", "int16"], there.Select(static t => ImageFile.ReadHeader(t.File).DataType));
        Assert.Equal(image.Voxels, ImageFile.ReadVolume(back[0].File).Voxels);
        Assert.Equal(ct.Voxels, ImageFile.ReadVolume(back[1].File).Voxels);
        Assert.Equal(ImageFile.ReadHeader(_folder["in/a_0000.nii.gz"]).Geometry, ImageFile.ReadHeader(back[0].File).Geometry);
    }

    [Fact]
    public void Run_ImagesOfOtherFormats_KeepTheirs()
    {
        // Given
        Volume<float> image = new([.. Enumerable.Range(0, 24).Select(static i => i + 0.25f)], new Extent(2, 3, 4), Turned);
        ImageFile.WriteVolume(_folder["in/a_0000.tif"], image);
        ImageFile.WriteVolume(_folder["in/a_0001.tif"], image);
        ImageFile.WriteLabels(_folder["labels/a.tif"], new Volume<short>([.. Enumerable.Range(0, 24).Select(static i => (short)(i % 2))], new Extent(2, 3, 4), Turned));

        // When
        IReadOnlyList<TurnedImage> there = FolderReorientation.Run(_folder["in"], _folder["ras"], Orientation.TryParse("RAS")!);
        TurnedImage labels = FolderReorientation.Run(_folder["labels"], _folder["ras labels"], Orientation.TryParse("RAS")!)[0];
        IReadOnlyList<TurnedImage> back = FolderReorientation.RunLike(_folder["ras"], _folder["back"], _folder["in"]);

        // Then
        Assert.Equal(["a_0000.tif", "a_0001.tif"], there.Select(static t => Path.GetFileName(t.File)));
        Assert.All(there, static t => Assert.Equal("RAS", Orientation.Of(ImageFile.ReadHeader(t.File).Geometry).ToString()));
        Assert.Equal(("a.tif", "RAS"), (Path.GetFileName(labels.File), Orientation.Of(ImageFile.ReadHeader(labels.File).Geometry).ToString()));
        Assert.Equal(image.Voxels, ImageFile.ReadVolume(back[0].File).Voxels);
        Assert.Equal(Turned, ImageFile.ReadHeader(back[0].File).Geometry);
    }

    [Fact]
    public void Run_ImagesThatLieSoAlready_AreCopiedByteByByte()
    {
        ImageFile.WriteVolume(_folder["in/a.nii.gz"], new Volume<float>(new Extent(2, 3, 4)));

        TurnedImage same = FolderReorientation.Run(_folder["in"], _folder["out"], Orientation.TryParse("lps")!)[0];

        Assert.Equal("LPS", same.From);
        Assert.Equal(File.ReadAllBytes(_folder["in/a.nii.gz"]), File.ReadAllBytes(same.File));
    }

    [Fact]
    public void Run_ASegmentationOfPredictionAsItsChannelLies_FindsTheChannel()
    {
        ImageFile.WriteVolume(_folder["images/a_0000.nii.gz"], new Volume<float>(new Extent(2, 3, 4), Turned));
        ImageFile.WriteLabels(_folder["in/a.nii.gz"], new Volume<short>(new Extent(3, 4, 2)));

        TurnedImage turned = FolderReorientation.RunLike(_folder["in/a.nii.gz"], _folder["out"], _folder["images"])[0];

        Assert.Equal(Orientation.Of(Turned).ToString(), turned.To);
    }

    [Fact]
    public void Run_WithoutImages_OrOverThem_IsRefused()
    {
        Directory.CreateDirectory(_folder["empty"]);
        ImageFile.WriteVolume(_folder["in/a.nii.gz"], new Volume<float>(new Extent(2, 3, 4)));
        Orientation ras = Orientation.TryParse("RAS")!;

        Assert.Contains("there are no images", Assert.Throws<DescribedException>(() => FolderReorientation.Run(_folder["empty"], _folder["out"], ras)).Message, StringComparison.Ordinal);
        Assert.Contains("the results would lie over the images", Assert.Throws<DescribedException>(() => FolderReorientation.Run(_folder["in"], _folder["in"], ras)).Message, StringComparison.Ordinal);
        Assert.Contains("has no image of this case", Assert.Throws<DatasetException>(() => FolderReorientation.RunLike(_folder["in"], _folder["out"], _folder["empty"])).Message, StringComparison.Ordinal);
    }
}
