using NnUNet.Core.Cascade;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Cascade;

public sealed class PreviousStageFolderTests : IDisposable
{
    private static readonly Extent Grid = new(3, 4, 5);

    private readonly TemporaryFolder _folder = new();

    private PreviousStageFolder Folder => new(_folder["model"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_AreWhatTheOriginalReads()
    {
        Folder.Write("a", Labels(3), Grid);

        IReadOnlyDictionary<string, NpyArray> arrays = NpzFile.Read(_folder["model/pred_next_stage/a_segFromPrevStage.npz"]);
        Assert.Equal("|u1", arrays["data"].DType);
        Assert.Equal([3, 4, 5], arrays["data"].Shape);
        Assert.Equal(Labels(3), arrays["data"].ToArray<short>());
    }

    [Fact]
    public void Boxes_AreReadFromTheMappedCopy()
    {
        Folder.Write("a", Labels(3), Grid);
        short[] box = new short[2 * 2 * 3];

        using PreviousStageMap map = PreviousStageMap.Open(Folder, "a", Grid, _folder["unpacked"]);
        map.ReadBox(new BoundingBox(new Extent(1, 2, 1), new Extent(2, 2, 3)), box);

        Assert.Equal(from z in (int[])[1, 2] from y in (int[])[2, 3] from x in (int[])[1, 2, 3] select Labels(3)[(((z * 4) + y) * 5) + x], box);
        Assert.Throws<ArgumentOutOfRangeException>(() => map.ReadBox(new BoundingBox(new Extent(2, 2, 1), new Extent(2, 2, 3)), box));
    }

    [Fact]
    public void TheMappedCopy_IsMadeAgainWhenTheSegmentationIs()
    {
        // Given
        Folder.Write("a", Labels(3), Grid);
        PreviousStageMap.Open(Folder, "a", Grid, _folder["unpacked"]).Dispose();
        Folder.Write("a", Labels(2), Grid);
        File.SetLastWriteTimeUtc(Folder.PathOf("a"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        short[] all = new short[Grid.Count];

        // When
        using PreviousStageMap map = PreviousStageMap.Open(Folder, "a", Grid, _folder["unpacked"]);
        map.ReadBox(BoundingBox.Whole(Grid), all);

        // Then
        Assert.Equal(Labels(2), all);
    }

    [Fact]
    public void ASegmentationOfOtherSize_IsNamed()
    {
        Folder.Write("a", Labels(3), Grid);

        DescribedException other = Assert.Throws<DescribedException>(() => Folder.Read("a", new Extent(3, 4, 6)));
        DescribedException none = Assert.Throws<DescribedException>(() => Folder.Read("b", Grid));

        Assert.Contains("it has 3x4x5 voxels, but the preprocessed case a has 3x4x6", other.Message, StringComparison.Ordinal);
        Assert.Contains("the low resolution's segmentation of b is missing", none.Message, StringComparison.Ordinal);
    }

    private static short[] Labels(int classes) => [.. Enumerable.Range(0, (int)Grid.Count).Select(i => (short)(i * 7 % classes))];
}
