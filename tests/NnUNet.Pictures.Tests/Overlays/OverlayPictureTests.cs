using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Pictures.Drawing;
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
        OverlayPicture.Write(folder["p.png"], [Case(image, labels, empty), Case(image, labels, labels)]);

        // Then: tints in the reference's panel, and in the second case's prediction only
        using SKBitmap picture = SKBitmap.Decode(folder["p.png"]);
        Assert.Equal(832, picture.Width);
        int second = picture.Height / 2;
        Assert.Equal(0, Coloured(picture, new SKRectI(18, 100, 278, 340)));
        Assert.NotEqual(0, Coloured(picture, new SKRectI(286, 100, 546, 340)));
        Assert.Equal(0, Coloured(picture, new SKRectI(554, 100, 814, 340)));
        Assert.Equal(0, Coloured(picture, new SKRectI(18, second + 100, 278, second + 340)));
        Assert.NotEqual(0, Coloured(picture, new SKRectI(554, second + 100, 814, second + 340)));
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
        Volume<float> image = new(reference.Extent);

        // Then
        Assert.Equal(3, OverlayPicture.SliceOf(Case(image, reference, empty), AnatomicalPlane.OfArray));
        Assert.Equal(3, OverlayPicture.SliceOf(Case(image, null, reference), AnatomicalPlane.OfArray));
        Assert.Equal(3, OverlayPicture.SliceOf(Case(image, empty, reference), AnatomicalPlane.OfArray));
        Assert.Equal(2, OverlayPicture.SliceOf(Case(image, null, empty), AnatomicalPlane.OfArray));
    }

    [Fact]
    public void DifferentExtents_AreRefused()
    {
        Volume<short> small = new(new Extent(1, 2, 2));

        DescribedException error = Assert.Throws<DescribedException>(() => OverlayPicture.Write("p.png", [Case(new Volume<float>(new Extent(1, 2, 3)), null, small)]));

        Assert.Contains("case 7: image, reference and prediction differ in extent (1x2x3, none, 1x2x2)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SheetOfAPicture_ShowsItLarge_AndFineStructuresWithFineLines()
    {
        // Given a black picture of 480 pixels an edge with a mesh of 16 pixels
        const int Edge = 480;
        Volume<short> mesh = new(new short[Edge * Edge], new Extent(1, Edge, Edge), ImageGeometry.Identity with { Dimensions = 2 });
        for (int i = 0; i < mesh.Voxels.Length; i++) mesh.Voxels[i] = (short)(i % Edge % 16 == 0 || i / Edge % 16 == 0 ? 0 : 1);
        Volume<float> black = new(new float[Edge * Edge], mesh.Extent, mesh.Geometry);

        // When
        using SKBitmap sheet = SKBitmap.Decode(CaseSheet.Png(Case(black, mesh, mesh), 5));
        using SKBitmap thumbnail = SKBitmap.Decode(CaseThumbnail.Square(Case(black, null, mesh), 120));

        // Then each of the three panels is as large as the picture, and in the small one there is something between the lines
        Assert.True(sheet.Width > Edge, $"{sheet.Width}");
        Assert.True(sheet.Height > 3 * Edge, $"{sheet.Height}");
        SKColor colour = SlicePicture.ColourOf(1);
        int between = thumbnail.Pixels.Count(pixel => pixel.Red > pixel.Blue && pixel.Red < colour.Red / 4);
        Assert.InRange(between, 120 * 120 / 8, 120 * 120);
    }

    [Fact]
    public void Legend_WrapsAndNamesTheLabels()
    {
        // Given
        Dictionary<string, string> names = Enumerable.Range(1, 118).ToDictionary(static i => $"{i}", static i => $"structure {i}");

        // Then
        PictureLegend many = PictureLegend.Of("all", Enumerable.Range(1, 118), names, reference: true);
        Assert.True(many.Height(800) > 10 * PictureLegend.Of("all", [1, 2], names, reference: true).Height(800) / 3);
        Assert.Equal("7 structure 7", LabelNames.TextOf(7, names));
        Assert.Equal("label 119", LabelNames.TextOf(119, names));
    }

    private static OverlayCase Case(Volume<float> image, Volume<short>? reference, Volume<short> prediction) =>
        new() { CaseId = "case 7", Image = image, Reference = reference, Prediction = prediction };

    private static int Coloured(SKBitmap picture, SKRectI area) =>
        (from y in Enumerable.Range(area.Top, area.Height)
         from x in Enumerable.Range(area.Left, area.Width)
         select picture.GetPixel(x, y)).Count(static p => Math.Max(p.Red, Math.Max(p.Green, p.Blue)) - Math.Min(p.Red, Math.Min(p.Green, p.Blue)) > 20);
}
