using NnUNet.Imaging.Algorithms;

namespace NnUNet.Imaging.Tests.Algorithms;

/// <summary>The numbers are those of scipy 1.10.1: <c>ndimage.zoom(a, (1.5, 2.0, 0.75), mode="nearest", order=…)</c> of an array (x, y, z).</summary>
public sealed class CornerZoomTests
{
    private static readonly Extent To = new(3, 4, 4);

    // (z, y, x)
    private static Volume<float> Image => new([0, -5, 9, 3, 1, 50, 10, 30, 8, -7, 2, -50, 20, 2, 7, 9, 3, 25, 45, 8, 6, 100, 4, -25], new Extent(4, 2, 3));

    [Theory]
    [InlineData(7, 0.7, 5)]
    [InlineData(5, 1.5, 8)]
    [InlineData(4, 2.5, 10)]
    [InlineData(3, 0.5, 2)]
    [InlineData(5, 0.5, 2)]
    [InlineData(7, 0.5, 4)]
    [InlineData(9, 0.5, 4)]
    public void CountAfter_RoundsHalfToEven(int count, double zoom, int expected) => Assert.Equal(expected, CornerZoom.CountAfter(count, zoom));

    [Fact]
    public void Resample_OfOrder0_TakesTheNearestVoxel_OfTwoTheLatter()
    {
        float[] result = CornerZoom.Resample(Image, To, order: 0);

        Assert.Equal(
            [0, -5, -5, 9, 0, -5, -5, 9, 3, 1, 1, 50, 3, 1, 1, 50, 20, 2, 2, 7, 20, 2, 2, 7, 9, 3, 3, 25, 9, 3, 3, 25, 45, 8, 8, 6, 45, 8, 8, 6, 100, 4, 4, -25, 100, 4, 4, -25],
            result);
    }

    [Fact]
    public void Resample_OfOrder1_KeepsTheCornersWhereTheyAre()
    {
        float[] result = CornerZoom.Resample(Image, To, order: 1);

        float[] expected =
        [
            0, -3.33333f, -0.333333f, 9, 1, -1.66667f, 5.55556f, 22.6667f, 2, 0, 11.4444f, 36.3333f, 3, 1.66667f, 17.3333f, 50, 15, 15.6667f, 13.1667f, 7.5f, 10.3333f, 11.1111f, 7.94444f, 0.833333f, 5.66667f, 6.55556f,
            2.72222f, -5.83333f, 1, 2, -2.5f, -12.5f, 45, 20.3333f, 7.33333f, 6, 63.3333f, 25.5556f, 3, -4.33333f, 81.6667f, 30.7778f, -1.33333f, -14.6667f, 100, 36, -5.66667f, -25,
        ];
        Assert.All(expected.Zip(result), static p => Assert.Equal(p.First, p.Second, 1e-4f));
    }

    [Fact]
    public void Resample_Truncated_IsWhatInt32Is()
    {
        float[] result = CornerZoom.Resample(Image, To, order: 1, truncate: true);

        Assert.Equal(
            [0, -3, 0, 9, 0, -1, 5, 22, 2, 0, 11, 36, 3, 1, 17, 50, 15, 15, 13, 7, 10, 11, 7, 0, 5, 6, 2, -5, 1, 2, -2, -12, 45, 20, 7, 6, 63, 25, 3, -4, 81, 30, -1, -14, 100, 36, -5, -25],
            result);
    }

    [Fact]
    public void Resample_OfALineOfIntensities_IsTruncatedTowardsZero()
    {
        Volume<float> line = new([-1000, -995, -3, 7, 12, 900], new Extent(1, 1, 6));

        Assert.Equal([-1000, -997, -884, -333, 0, 4, 8, 11, 406, 900], CornerZoom.Resample(line, new Extent(1, 1, 10), order: 1, truncate: true));
    }

    [Fact]
    public void Resample_OfOrder3_IsTheCubicSpline()
    {
        float[] result = CornerZoom.Resample(Image, To, order: 3);

        float[] expected =
        [
            0, -4.95997f, -1.24544f, 9, 0.918661f, -4.54546f, 3.9717f, 21.555f, 2.08134f, -4.02084f, 10.5746f, 37.445f, 3, -3.60632f, 15.7918f, 50, 13.4928f, 18.4695f, 15.9961f, 7.5f, 6.55954f, 13.1401f, 10.3656f, -0.162872f,
            -2.21533f, 6.39506f, 3.23942f, -9.86118f, -9.14858f, 1.06564f, -2.39114f, -17.524f, 45, 19.5432f, 3.44686f, 6, 61.8421f, 24.7313f, -2.23407f, -3.49283f, 83.1579f, 31.2976f, -9.42398f, -15.5072f, 100, 36.4858f,
            -15.1049f, -25,
        ];
        Assert.All(expected.Zip(result), static p => Assert.Equal(p.First, p.Second, 1e-3f));
    }

    [Theory]
    [InlineData(new short[] { 1, 2, 3, 4, 5 }, new short[] { 1, 3, 5 })]
    [InlineData(new short[] { 1, 2, 3 }, new short[] { 1, 2, 2, 3, 3 })]
    [InlineData(new short[] { 1, 2 }, new short[] { 1, 1, 2, 2, 2 })]
    [InlineData(new short[] { 7 }, new short[] { 7, 7, 7 })]
    public void Resample_OfLabels_TakesTheNearest(short[] labels, short[] expected) =>
        Assert.Equal(expected, CornerZoom.Resample(new Volume<short>(labels, new Extent(1, 1, labels.Length)), new Extent(1, 1, expected.Length)));

    [Theory]
    [InlineData(2.9f, 2f)]
    [InlineData(-2.9f, -2f)]
    [InlineData(float.NaN, 0f)]
    public void Truncate_CutsFractionsOff(float value, float expected)
    {
        float[] voxels = [value];

        CornerZoom.Truncate(voxels);

        Assert.Equal(expected, voxels[0]);
    }

    [Fact]
    public void Resample_OfAnotherOrder_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => CornerZoom.Resample(Image, To, order: 2));
}
