using NnUNet.Imaging;
using NnUNet.Pictures.Drawing;
using SkiaSharp;

namespace NnUNet.Pictures.Tests.Drawing;

public sealed class SlicePictureTests
{
    [Fact]
    public void Voxels_BecomeLevelsOfGreyWithinTheWindow()
    {
        // Given two slices of one row, the second of which is drawn
        Volume<float> image = new([9, 9, 9, 9, 9, -1, 0, 5, 11, float.NaN], new Extent(2, 1, 5));

        // When
        using SKBitmap grey = SlicePicture.Grey(image, 1, (0, 10));

        // Then
        Assert.Equal([0, 0, 127, 255, 0], grey.Pixels.Select(static p => (int)p.Red));
        Assert.All(grey.Pixels, static p => Assert.Equal((p.Red, p.Red, (byte)255), (p.Green, p.Blue, p.Alpha)));
    }

    [Fact]
    public void Labels_BecomeTheirColours_AndTheBackgroundNothing()
    {
        // Given
        Volume<short> labels = new([0, 1, 2, -1, 1, 0], new Extent(1, 2, 3));

        // When
        using SKBitmap colours = SlicePicture.Colour(labels, 0, 46);

        // Then
        Assert.Equal([0, 46, 46, 0, 46, 0], colours.Pixels.Select(static p => (int)p.Alpha));
        Assert.Equal(SlicePicture.ColourOf(1).WithAlpha(46), colours.GetPixel(1, 0));
        Assert.Equal(SlicePicture.ColourOf(2).WithAlpha(46), colours.GetPixel(2, 0));
        Assert.Equal(SlicePicture.ColourOf(1).WithAlpha(46), colours.GetPixel(1, 1));
    }
}
