using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Pictures.Overlays;
using NnUNet.Testing;
using SkiaSharp;

namespace NnUNet.Pictures.Tests.Overlays;

public sealed class OverlayPictureTests
{
    [Fact]
    public void Picture_ShowsImageReferenceAndPredictionSideBySide()
    {
        // Given
        using TemporaryFolder folder = new();
        (Volume<float> image, Volume<short> labels) = SyntheticDataset.CreateCase(0, new SyntheticDatasetOptions());
        Volume<short> empty = new(labels.Extent, labels.Geometry);

        // When
        OverlayPicture.Write(folder["p.png"], [new OverlayRow("case", image, labels, empty), new OverlayRow("case", image, labels, labels)]);

        // Then: colour in the reference's panel, and in the second row's prediction only
        using SKBitmap picture = SKBitmap.Decode(folder["p.png"]);
        Assert.Equal((820, 618), (picture.Width, picture.Height));
        Assert.Equal(0, Coloured(picture, new SKRectI(0, 52, 270, 312)));
        Assert.NotEqual(0, Coloured(picture, new SKRectI(280, 52, 540, 312)));
        Assert.Equal(0, Coloured(picture, new SKRectI(550, 52, 810, 312)));
        Assert.NotEqual(0, Coloured(picture, new SKRectI(550, 348, 810, 608)));
    }

    [Fact]
    public void Slice_ShowsTheSmallLabelToo()
    {
        // Given a large label in slices 1 to 3, most of it in slice 1, and a small one in slice 3
        Volume<short> reference = new(new Extent(5, 4, 4));
        reference.Slice(1).Fill(1);
        reference.Slice(3)[..8].Fill(1);
        reference[3, 3, 3] = 2;
        Volume<short> empty = new(reference.Extent);

        // Then
        Assert.Equal(3, OverlayPicture.SliceOf(new OverlayRow("case", new Volume<float>(reference.Extent), reference, empty)));
        Assert.Equal(3, OverlayPicture.SliceOf(new OverlayRow("case", new Volume<float>(reference.Extent), null, reference)));
        Assert.Equal(2, OverlayPicture.SliceOf(new OverlayRow("case", new Volume<float>(reference.Extent), null, empty)));
    }

    [Fact]
    public void DifferentExtents_AreRefused()
    {
        Volume<short> small = new(new Extent(1, 2, 2));

        DescribedException error = Assert.Throws<DescribedException>(() => OverlayPicture.Write("p.png", [new OverlayRow("case 7", new Volume<float>(new Extent(1, 2, 3)), null, small)]));

        Assert.Contains("case 7: image, reference and prediction differ in extent (1x2x3, none, 1x2x2)", error.Message, StringComparison.Ordinal);
    }

    private static int Coloured(SKBitmap picture, SKRectI area) =>
        (from y in Enumerable.Range(area.Top, area.Height)
         from x in Enumerable.Range(area.Left, area.Width)
         select picture.GetPixel(x, y)).Count(static p => Math.Max(p.Red, Math.Max(p.Green, p.Blue)) - Math.Min(p.Red, Math.Min(p.Green, p.Blue)) > 20);
}
