using System.Globalization;
using System.Text.Json.Nodes;
using NnUNet.Files.Numpy;
using NnUNet.Imaging.Algorithms;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Algorithms;

public class ConnectedComponentsTests
{
    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void KeepLargest_RecordedCall_GivesTheOriginalsLabelsAndSizes(int number)
    {
        // Given
        IReadOnlyDictionary<string, NpyArray> arrays = NpzFile.Read(TestData.Golden("postprocessing/connected_components.npz"));
        JsonNode golden = JsonNode.Parse(File.ReadAllText(TestData.Golden("postprocessing/index.json")))!["cases"]![number]!;
        Extent extent = Extent.From([.. arrays["image"].Shape.Select(static n => (int)n)]);
        short[] labels = arrays["image"].ToArray<short>();
        (short[] Region, string Name)[] regions = [.. golden["for_which_classes"]!.AsArray().Select(Region)];

        // When
        ComponentRemoval[] removals = [.. regions.Select(region => ConnectedComponents.KeepLargest(
            labels, extent, region.Region, (double)golden["volume_per_voxel"]!, (double?)golden["minimum_valid_object_size"]?[region.Name]))];

        // Then
        Assert.Equal(arrays[(string)golden["key"]!].ToArray<short>(), labels);
        Assert.Equal(regions.Select(region => (double?)golden["kept_size"]![region.Name]), removals.Select(static r => r.KeptSize));
        Assert.Equal(regions.Select(region => (double?)golden["largest_removed"]![region.Name]), removals.Select(static r => r.LargestRemoved));
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(35, false)]
    [InlineData(60, false)]
    [InlineData(3, true)]
    [InlineData(6, true)]
    [InlineData(10, true)]
    public void Label_RandomMask_EqualsTheFloodFill(int percent, bool diagonal)
    {
        // Given
        Extent extent = new(7, 9, 37);
        NumpyRandomState random = new((uint)percent);
        bool[] mask = [.. Enumerable.Range(0, (int)extent.Count).Select(_ => random.RandomSample() * 100 < percent)];

        // When
        ComponentMap map = ConnectedComponents.Label(mask, extent, diagonal);

        // Then
        int[] expected = FloodFill.Label(mask, extent, diagonal);
        Assert.Equal(expected, map.Numbers);
        Assert.Equal(Enumerable.Range(1, expected.Max()).Select(part => expected.Count(n => n == part)), map.Sizes);
    }

    [Fact]
    public void Label_VoxelsThatTouchAtEdgesOnly_AreSeparateParts()
    {
        // Given: in one slice, and in two slices one above the other
        bool[] mask = [true, false, false, true, false, true, true, false];

        // When
        ComponentMap map = ConnectedComponents.Label(mask, new Extent(2, 2, 2));

        // Then
        Assert.Equal([1, 1, 1, 1], map.Sizes);
    }

    [Fact]
    public void Label_SpiralThatClosesLate_IsOnePart()
    {
        // Given: two arms that meet in the last row
        bool[] mask =
        [
            true, false, true,
            true, false, true,
            true, true, true,
        ];

        // When
        ComponentMap map = ConnectedComponents.Label(mask, new Extent(1, 3, 3));

        // Then
        Assert.Equal([7], map.Sizes);
    }

    [Fact]
    public void Label_RegionOfTwoLabels_IsConnectedAcrossThem()
    {
        // Given
        short[] labels = [1, 2, 0, 2, 3, 1];

        // When
        ComponentMap map = ConnectedComponents.Label(labels, new Extent(1, 1, 6), 1, 2);

        // Then
        Assert.Equal([1, 1, 0, 2, 0, 3], map.Numbers);
    }

    [Fact]
    public void KeepLargest_TwoOfExactlyTheLargestSize_BothStay()
    {
        // Given
        short[] labels = [1, 1, 0, 1, 1, 0, 1];

        // When
        ComponentRemoval removal = ConnectedComponents.KeepLargest(labels, new Extent(1, 1, 7), [1]);

        // Then
        Assert.Equal([1, 1, 0, 1, 1, 0, 0], labels);
        Assert.Equal(new ComponentRemoval(2, 1), removal);
    }

    [Fact]
    public void KeepLargest_LabelIsAbsent_ChangesNothing()
    {
        // Given
        short[] labels = [0, 2, 0];

        // When
        ComponentRemoval removal = ConnectedComponents.KeepLargest(labels, new Extent(1, 1, 3), [1]);

        // Then
        Assert.Equal([0, 2, 0], labels);
        Assert.Equal(new ComponentRemoval(null, null), removal);
    }

    [Fact]
    public void KeepLargest_Background_IsRefused() =>
        Assert.Throws<ArgumentException>(() => ConnectedComponents.KeepLargest(new short[3], new Extent(1, 1, 3), [0]));

    private static (short[] Region, string Name) Region(JsonNode? node) => node is JsonArray several
        ? ([.. several.Select(static n => (short)(int)n!)], $"({string.Join(", ", several.Select(static n => (int)n!))})")
        : ([(short)(int)node!], ((int)node!).ToString(CultureInfo.InvariantCulture));
}
