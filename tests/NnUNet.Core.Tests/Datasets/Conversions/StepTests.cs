using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Datasets.Conversions;

public sealed class StepTests
{
    private static readonly StepContext Context = new("case", null);

    [Fact]
    public void Ball_OfOneVoxelAlongEachAxis_IsACross()
    {
        // Given a radius of one voxel: the fine ball has the radius 6, so that a voxel of the box is 13 / 3 of its voxels.
        // A neighbour's middle is 4.33 from the middle (in), an edge's 6.13 and a corner's 7.5 (out).
        Assert.Equal([(-1, 0, 0), (0, -1, 0), (0, 0, -1), (0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0)], BorderStep.Ball(new Spacing(1, 1, 1), 1).Order());
    }

    [Fact]
    public void Ball_InAPicture_IsADisk()
    {
        // Given a reach of 0 along z and of 2 in the plane: the fine ball's radius is 10, and a voxel 21 / 5 of its voxels.
        // (2, 0) is 8.4 from the middle, (2, 1) is 9.4, both in; (2, 2) is 11.9, out.
        (int Z, int Y, int X)[] disk = [.. BorderStep.Ball(new Spacing(999, 0.5, 0.5), 1)];

        Assert.Equal(21, disk.Length);
        Assert.DoesNotContain((0, 2, 2), disk);
        Assert.Contains((0, 2, 1), disk);
        Assert.All(disk, static o => Assert.Equal(0, o.Z));
    }

    [Fact]
    public void Ball_OfTheSpacingOfNuclei_ReachesFartherWhereVoxelsAreSmaller()
    {
        // 0.5 mm are 2.5 voxels of 0.2 mm, rounded to 2 (half to even), and 4 of 0.125 mm
        (int Z, int Y, int X)[] ball = [.. BorderStep.Ball(new Spacing(0.2, 0.125, 0.125), 0.5)];

        Assert.Equal((2, 4, 4), (ball.Max(static o => o.Z), ball.Max(static o => o.Y), ball.Max(static o => o.X)));
    }

    [Fact]
    public void Border_OfTouchingCells_IsBetweenThemAndTowardsTheBackground_ButNotAtTheImagesEdge()
    {
        // Given two cells that touch, in a picture of pixels of 1 mm, and a border of one pixel
        Volume<int> cells = Picture(
            "5500",
            "5577",
            "5577",
            "5577");

        // When
        Volume<int> parts = Steps.Of("border", """{"thickness_mm": 1}""").Labels(cells, Context);

        // Then
        Assert.Equal(
            Picture(
                "1200",
                "1222",
                "1221",
                "1221").Voxels,
            parts.Voxels);
    }

    [Fact]
    public void Border_OfAWholeImage_IsNone()
    {
        Volume<int> cell = Picture("333", "333");

        Assert.All(Steps.Of("border", """{"thickness_mm": 1}""").Labels(cell, Context).Voxels, static v => Assert.Equal(1, v));
    }

    [Fact]
    public void Instances_OfCoresAndBorder_GrowUntilTheyMeet()
    {
        // Given two cores with border between them that is nearer to the one or the other, and a border that touches none
        Volume<int> parts = Picture(
            "1222210",
            "1222210",
            "0000000",
            "2220000");

        // When
        Volume<int> cells = Steps.Of("instances", """{"small_core_voxels": 0, "isolated_border_voxels": 3}""").Labels(parts, Context);

        // Then
        Assert.Equal(
            Picture(
                "1112220",
                "1112220",
                "0000000",
                "3330000").Voxels,
            cells.Voxels);
    }

    [Fact]
    public void Instances_OfSmallCoresAndSmallBorders_GoToTheNearestOther()
    {
        // Given a core of two voxels, which counts as border, and a border of two; neither is large enough for an object of its own
        Volume<int> parts = Picture(
            "1100111",
            "0000000",
            "2200000");

        // When
        Volume<int> cells = Steps.Of("instances", """{"small_core_voxels": 2, "isolated_border_voxels": 3}""").Labels(parts, Context);

        // Then
        Assert.Equal(Picture("1100111", "0000000", "1100000").Voxels, cells.Voxels);
    }

    [Fact]
    public void Instances_WithoutAnyCore_End()
    {
        Volume<int> parts = Picture("2220", "0000", "0222");

        Volume<int> cells = Steps.Of("instances", """{"small_core_voxels": 30, "isolated_border_voxels": 3}""").Labels(parts, Context);

        Assert.Equal(Picture("1110", "0000", "0222").Voxels, cells.Voxels);
    }

    [Fact]
    public void Instances_AcrossThickSlices_GrowToo()
    {
        // Given a core in the first of five slices that are twice as far apart as pixels are: border everywhere else
        Volume<int> parts = new([1, 2, 2, 2, 2], new Extent(5, 1, 1), ImageGeometry.FromSpacing(new Spacing(2, 1, 1)));

        Volume<int> cells = Steps.Of("instances", """{"small_core_voxels": 0, "isolated_border_voxels": 1}""").Labels(parts, Context);

        Assert.All(cells.Voxels, static v => Assert.Equal(1, v));
    }

    [Fact]
    public void Spacing_OfAPicture_HasTwoAxes()
    {
        Volume<float> picture = Steps.Of("spacing", """{"mm": [0.25, 0.5]}""").Image(new Volume<float>(new Extent(1, 2, 3)), Context);

        Assert.Equal(2, picture.Geometry.Dimensions);
        Assert.Equal(new Spacing(999, 0.25, 0.5), picture.Geometry.Spacing);
        Assert.Throws<DescribedException>(() => Steps.Of("spacing", """{"mm": [0.25, 0.5]}""").Image(new Volume<float>(new Extent(2, 2, 3)), Context));
    }

    [Theory]
    [InlineData("border", "{}", "step.thickness_mm is missing, but must be a number of at least 0")]
    [InlineData("border", """{"thickness_mm": -1}""", "step.thickness_mm is -1, but must be a number of at least 0")]
    [InlineData("orient", """{"to": "RAR"}""", "step.to is \"RAR\", but must be three letters that say where the axes x, y, z lead to, such as RAS or LPS")]
    [InlineData("spacing", """{"mm": [1]}""", "step.mm is [1], but must be three numbers (z, y, x), or two (y, x) for pictures")]
    [InlineData("spacing", """{"mm": [1, 1, 1], "unit": "um"}""", "step has the key \"unit\"; known are mm")]
    [InlineData("instances", """{"small_core_voxels": 1.5, "isolated_border_voxels": 1}""", "step.small_core_voxels is 1.5, but must be a whole number of at least 0")]
    public void Configure_FaultyParameters_AreTold(string name, string json, string fault) => Assert.Contains(fault, Parameters(name, json).Faults[0], StringComparison.Ordinal);

    private static StepParameters Parameters(string name, string json)
    {
        StepParameters parameters = Steps.ParametersOf(json);
        Catalog<ConversionStep>.Create(name).Configure(parameters);
        return parameters;
    }

    /// <summary>A picture of one digit a pixel, of 1 mm.</summary>
    private static Volume<int> Picture(params string[] rows) =>
        new([.. rows.SelectMany(static r => r.Select(static c => c - '0'))], new Extent(1, rows.Length, rows[0].Length), ImageGeometry.FromSpacing(new Spacing(999, 1, 1)));
}
