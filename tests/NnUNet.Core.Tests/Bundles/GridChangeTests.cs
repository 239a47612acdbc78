using NnUNet.Core.Bundles;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Bundles;

public sealed class GridChangeTests
{
    private static readonly BundleGrid ThreeMillimetres = new() { Spacing = [3, 3, 3], Truncate = true };

    // In ITK's world (LPS) the identity: RAS turns x and y round.
    private static Volume<float> Image => new([.. Enumerable.Range(0, 24).Select(static i => i + 0.9f)], new Extent(2, 3, 4));

    [Fact]
    public void Forward_ToRas_TurnsTheAxes_AndBackTurnsThemAgain()
    {
        GridChange grid = new(new BundleGrid(), Image.Extent, Image.Geometry, box: null, "image");

        Volume<float> turned = grid.Forward(Image);

        Assert.Equal(Image[0, 2, 3], turned[0, 0, 0]);
        Assert.Equal(new Extent(2, 3, 4), turned.Extent);
        Volume<short> labels = new(Array.ConvertAll(turned.Voxels, static v => (short)v), turned.Extent, turned.Geometry);
        Volume<short> back = grid.Back(labels);
        Assert.Equal(Array.ConvertAll(Image.Voxels, static v => (short)v), back.Voxels);
        Assert.Equal(Image.Geometry, back.Geometry);
    }

    [Fact]
    public void Forward_ToAnotherSpacing_ResamplesAndTruncates()
    {
        Volume<float> line = new([.. Enumerable.Range(0, 7).Select(static i => 10f * i)], new Extent(1, 1, 7), ImageGeometry.Identity with { ItkSpacing = [2, 3, 3] });
        GridChange grid = new(ThreeMillimetres with { Orientation = "LPS" }, line.Extent, line.Geometry, box: null, "image");

        Volume<float> result = grid.Forward(line);

        // 7 x 2 / 3 = 4.67: five voxels, from the first to the last.
        Assert.Equal([0, 15, 30, 45, 60], result.Voxels);
        Assert.Equal((ValueArray<double>)[3, 3, 3], result.Geometry.ItkSpacing);
        Assert.Equal(27, grid.CubicMm);
        Assert.Equal([1, 2, 2, 3, 4, 4, 5], grid.Back(new Volume<short>([1, 2, 3, 4, 5], new Extent(1, 1, 5))).Voxels.Select(static v => (int)v));
    }

    [Fact]
    public void Forward_AtTheSameSpacing_KeepsFractions()
    {
        GridChange grid = new(new BundleGrid { Spacing = [1, 1, 1], Truncate = true, Orientation = "LPS" }, Image.Extent, Image.Geometry, box: null, "image");

        Assert.Equal(Image.Voxels, grid.Forward(Image).Voxels);
    }

    [Fact]
    public void Forward_OfABox_CutsAndTruncates_AndBackPutsZerosAround()
    {
        BoundingBox box = new(new Extent(1, 1, 2), new Extent(1, 2, 2));
        GridChange grid = new(new BundleGrid { Truncate = true, Orientation = "LPS" }, Image.Extent, Image.Geometry, box, "image");

        Volume<float> part = grid.Forward(Image);

        Assert.Equal([18, 19, 22, 23], part.Voxels);
        Assert.Equal((ValueArray<double>)[2, 1, 1], part.Geometry.ItkOrigin);
        Volume<short> back = grid.Back(new Volume<short>([5, 6, 7, 8], part.Extent, part.Geometry));
        Assert.Equal(Image.Extent, back.Extent);
        Assert.Equal((5, 6, 7, 8, 26), (back[1, 1, 2], back[1, 1, 3], back[1, 2, 2], back[1, 2, 3], back.Voxels.Sum(static v => v)));
    }

    [Fact]
    public void New_ForASpacingThatLeavesNoVoxels_IsRefused()
    {
        DescribedException error = Assert.Throws<DescribedException>(() => new GridChange(new BundleGrid { Spacing = [1000, 1, 1] }, Image.Extent, Image.Geometry, box: null, "ct.nii"));

        Assert.StartsWith("ct.nii: at [1000, 1, 1] mm (x, y, z) the image", error.Message, StringComparison.Ordinal);
    }
}
