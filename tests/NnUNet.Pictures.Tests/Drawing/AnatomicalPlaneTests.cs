using NnUNet.Imaging;
using NnUNet.Pictures.Drawing;
using SkiaSharp;

namespace NnUNet.Pictures.Tests.Drawing;

public sealed class AnatomicalPlaneTests
{
    [Fact]
    public void AxesAlongTheWorld_GiveTheUsualPlanes()
    {
        // When
        IReadOnlyList<AnatomicalPlane> planes = AnatomicalPlane.Of(new Extent(4, 5, 6), ImageGeometry.Identity);

        // Then: the head is at the top, so that the last slice comes first
        Assert.Equal(
            [new("axial", 0, 2, 1, false, false), new("coronal", 1, 2, 0, false, true), new("sagittal", 2, 1, 0, false, true)],
            planes);
    }

    [Fact]
    public void SagittalImageWithAxesTheOtherWay_IsSeenTheSameWay()
    {
        // Given an image whose x runs to the back, y to the feet, z to the patient's right
        ImageGeometry geometry = ImageGeometry.Identity with { ItkDirection = [0, 0, -1, 1, 0, 0, 0, -1, 0] };

        // When
        IReadOnlyList<AnatomicalPlane> planes = AnatomicalPlane.Of(new Extent(4, 5, 6), geometry);

        // Then
        Assert.Equal(
            [new("axial", 1, 0, 2, true, false), new("coronal", 2, 0, 1, true, false), new("sagittal", 0, 2, 1, false, false)],
            planes);
    }

    [Fact]
    public void OneSlice_HasOnePlane()
    {
        AnatomicalPlane plane = Assert.Single(AnatomicalPlane.Of(new Extent(1, 5, 6), ImageGeometry.Identity with { Dimensions = 2 }));

        Assert.Equal(new AnatomicalPlane("", 0, 2, 1, false, false), plane);
    }

    [Fact]
    public void Slice_StandsAsOnThePage()
    {
        // Given
        Volume<short> volume = new([.. Enumerable.Range(0, 12).Select(static i => (short)i)], new Extent(2, 2, 3));

        // Then
        Assert.Equal([6, 7, 8, 9, 10, 11], new AnatomicalPlane("", 0, 2, 1, false, false).Slice(volume, 1).Select(static v => (int)v));
        Assert.Equal([9, 10, 11, 3, 4, 5], new AnatomicalPlane("", 1, 2, 0, false, true).Slice(volume, 1).Select(static v => (int)v));
        Assert.Equal([5, 2, 11, 8], new AnatomicalPlane("", 2, 1, 0, true, false).Slice(volume, 2).Select(static v => (int)v));
    }

    [Fact]
    public void Slices_DivideTheForeground()
    {
        // Given foreground in slices 2 to 5 of 9, most of it in slice 5
        Volume<short> mask = new(new Extent(9, 4, 4)), empty = new(new Extent(9, 4, 4));
        mask[2, 0, 0] = mask[3, 1, 1] = mask[4, 1, 1] = 1;
        mask.Slice(5).Fill(2);
        AnatomicalPlane plane = new("", 0, 2, 1, false, false);

        // Then
        Assert.Equal([5], plane.SlicesOf([mask], 1));
        Assert.Equal([2, 3, 4, 5], plane.SlicesOf([mask], 100));
        Assert.Equal([1, 4, 7], plane.SlicesOf([empty], 3));
    }

    [Fact]
    public void Outline_OfAPixelIsADiamondOfHalfItsArea()
    {
        // When
        using SKPath path = LabelOutline.Of([0, 0, 0, 0, 7, 0, 0, 0, 0], 3, 7);

        // Then
        Assert.Equal(SKRect.Create(1, 1, 1, 1), path.TightBounds);
        Assert.True(path.Contains(1.5f, 1.5f));
        Assert.False(path.Contains(1.1f, 1.1f));
        Assert.True(LabelOutline.Of([0, 0, 0, 0, 7, 0, 0, 0, 0], 3, 1).IsEmpty);
    }
}
