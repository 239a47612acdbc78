using NnUNet.Core.Cropping;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Preprocessing.Store;

public sealed class PreprocessedFolderTests
{
    private static readonly Extent Extent = new(3, 4, 5);

    [Fact]
    public void Write_ThenOpen_GivesTheSameCase()
    {
        // Given
        using TemporaryFolder folder = new();
        PreprocessedCase written = Case();

        // When
        PreprocessedFolder.Write(folder.Root, "a", written, [1, 2, 3]);
        using PreprocessedCaseFile opened = new PreprocessedFolder(folder.Root).Open("a");
        PreprocessedCase read = opened.Load();

        // Then
        Assert.Equal(["a"], new PreprocessedFolder(folder.Root).Cases);
        Assert.Equal(2, opened.Channels);
        Assert.Equal(Extent, opened.Extent);
        Assert.Equal(written.Data[1], read.Data[1]);
        Assert.Equal(written.Segmentation, read.Segmentation);
        Assert.Equal(written.Properties.OriginalSpacing, read.Properties.OriginalSpacing);
        Assert.Equal([0, 0, 1], opened.ClassLocations[1]);
        Assert.Equal([2, 3, 4], opened.ClassLocations[2]);
        Assert.Empty(opened.ClassLocations[3]);
    }

    [Theory]
    [InlineData(0, 0, 0, 3, 4, 5)]
    [InlineData(1, 2, 3, 2, 1, 2)]
    [InlineData(0, 1, 0, 2, 3, 5)]
    [InlineData(2, 3, 4, 1, 1, 1)]
    public void ReadBox_GivesTheVoxelsOfTheBox(int z, int y, int x, int depth, int height, int width)
    {
        // Given
        using TemporaryFolder folder = new();
        PreprocessedFolder.Write(folder.Root, "a", Case(), []);
        using PreprocessedCaseFile file = new PreprocessedFolder(folder.Root).Open("a");
        float[] expected =
        [
            .. from k in Enumerable.Range(z, depth) from j in Enumerable.Range(y, height) from i in Enumerable.Range(x, width)
               select 1000f + (k * 20) + (j * 5) + i,
        ];

        // When
        float[] actual = new float[expected.Length];
        file.ReadBox(1, new BoundingBox(new Extent(z, y, x), new Extent(depth, height, width)), actual);

        // Then
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void ReadBox_OutsideTheCase_IsRefused()
    {
        // Given
        using TemporaryFolder folder = new();
        PreprocessedFolder.Write(folder.Root, "a", Case(), []);
        using PreprocessedCaseFile file = new PreprocessedFolder(folder.Root).Open("a");

        // Then
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadBox(0, new BoundingBox(new Extent(0, 0, 1), Extent), new float[100]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadBox(3, BoundingBox.Whole(Extent), new float[100]));
    }

    [Fact]
    public void Cases_AnIncompleteCase_IsNotListed()
    {
        // Given
        using TemporaryFolder folder = new();
        PreprocessedFolder.Write(folder.Root, "a", Case(), []);
        PreprocessedFolder.Write(folder.Root, "b", Case(), []);
        File.Delete(folder["a.json"]);

        // When
        PreprocessedFolder opened = new(folder.Root);

        // Then
        Assert.Equal(["b"], opened.Cases);
        Assert.Throws<PreprocessingException>(() => opened.Open("a"));
    }

    private static PreprocessedCase Case()
    {
        float[] first = [.. Enumerable.Range(0, 60).Select(static i => (float)i)];
        float[] second = [.. Enumerable.Range(0, 60).Select(static i => 1000f + i)];
        short[] segmentation = new short[60];
        (segmentation[0], segmentation[1], segmentation[59]) = (-1, 1, 2);
        CaseProperties properties = new()
        {
            OriginalSizeOfRawData = [3, 4, 5],
            OriginalSpacing = [2, 1, 1],
            ItkOrigin = [0, 0, 0],
            ItkSpacing = [1, 1, 2],
            ItkDirection = [1, 0, 0, 0, 1, 0, 0, 0, 1],
            CropBbox = [[0, 3], [0, 4], [0, 5]],
            SizeAfterCropping = [3, 4, 5],
            SizeAfterResampling = [3, 4, 5],
            SpacingAfterResampling = [2, 1, 1],
        };
        return new PreprocessedCase(new MultiChannelArray<float>(Extent, first, second), segmentation, properties);
    }
}
