using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Pictures.Drawing;
using NnUNet.Testing;
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
            planes.Select(static plane => plane with { Marks = null }));
        Assert.Equal([new("R", "L", "A", "P"), new("R", "L", "S", "I"), new("A", "P", "S", "I")], planes.Select(static plane => plane.Marks));
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
            planes.Select(static plane => plane with { Marks = null }));
    }

    [Fact]
    public void OneSlice_HasOnePlane()
    {
        AnatomicalPlane plane = Assert.Single(AnatomicalPlane.Of(new Extent(1, 5, 6), ImageGeometry.Identity with { Dimensions = 2 }));

        Assert.Equal(AnatomicalPlane.OfArray with { Unit = "px" }, plane);
    }

    /// <summary>All 48 ways in which axes lie along the world's, straight and turned by up to about 15 degrees about each axis.</summary>
    public static TheoryData<int, int, double> Directions()
    {
        TheoryData<int, int, double> data = [];
        foreach (double turn in (double[])[0, 0.15, -0.25])
        {
            for (int order = 0; order < 6; order++)
            {
                for (int signs = 0; signs < 8; signs++) data.Add(order, signs, turn);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Directions))]
    public void Marks_AreTrueForAnyDirection(int order, int signs, double turn)
    {
        // Given an image of 9 x 9 x 9 voxels
        ImageGeometry geometry = ImageGeometry.Identity with { ItkDirection = Direction(order, signs, turn).ToValueArray() };
        Dictionary<string, (int World, int Sign)> towards = new() { ["L"] = (0, 1), ["R"] = (0, -1), ["P"] = (1, 1), ["A"] = (1, -1), ["S"] = (2, 1), ["I"] = (2, -1) };

        foreach (AnatomicalPlane plane in AnatomicalPlane.Of(new Extent(9, 9, 9), geometry))
        {
            // Then: walking on the page towards a mark goes in that direction of the world, more than in any other
            PlaneMarks marks = plane.Marks!;
            foreach ((string mark, int row, int column) in (ReadOnlySpan<(string, int, int)>)[(marks.Left, 4, 0), (marks.Right, 4, 8), (marks.Top, 0, 4), (marks.Bottom, 8, 4)])
            {
                double[] step = WayTo(plane, geometry, row, column);
                (int world, int sign) = towards[mark];
                Assert.Equal(world, Array.FindIndex(step, way => Math.Abs(way) == step.Max(static way => Math.Abs(way))));
                Assert.Equal(sign, Math.Sign(step[world]));
            }
        }
    }

    [Fact]
    public void FileInRas_HasItsLeftOnTheRight()
    {
        // Given a NIfTI file whose x runs to the left in its own terms (RAS, affine -1), with a bright voxel at its last x, y, z
        using TemporaryFolder folder = new();
        Volume<float> volume = new(new Extent(3, 4, 5), ImageGeometry.Identity with { ItkDirection = [1, 0, 0, 0, -1, 0, 0, 0, 1] });
        volume[2, 3, 4] = 1;
        ImageFile.WriteVolume(folder["a.nii.gz"], volume);

        // When
        Volume<float> read = ImageFile.ReadVolume(folder["a.nii.gz"]);
        AnatomicalPlane axial = AnatomicalPlane.Of(read.Extent, read.Geometry)[0];

        // Then: left and in front
        Assert.Equal(4, Array.IndexOf(axial.Slice(read, 2), 1f));
        Assert.Equal(("L", "A"), (axial.Marks!.Right, axial.Marks.Top));
    }

    [Fact]
    public void ImageOfOneSliceWithoutAThirdAxis_LiesInNoPatient()
    {
        AnatomicalPlane plane = Assert.Single(AnatomicalPlane.Of(new Extent(1, 5, 6), ImageGeometry.FromSpacing(new Spacing(Spacing.Flat, 1, 1))));
        AnatomicalPlane slice = Assert.Single(AnatomicalPlane.Of(new Extent(1, 5, 6), ImageGeometry.FromSpacing(new Spacing(5, 1, 1))));

        Assert.Equal((null, "px"), (plane.Marks, plane.Unit));
        Assert.Equal((new PlaneMarks("R", "L", "A", "P"), "mm"), (slice.Marks, slice.Unit));
    }

    [Theory]
    [InlineData(200, 50, "50 mm")]
    [InlineData(30, 10, "10 mm")]
    [InlineData(29, 5, "5 mm")]
    [InlineData(0.9, 0.2, "0.2 mm")]
    [InlineData(0.02, 0.005, "5 µm")]
    public void ScaleBar_HasARoundLength(double width, double length, string words)
    {
        Assert.Equal(length, ScaleBar.LengthFor(width), 9);
        Assert.Equal(words, ScaleBar.Words(ScaleBar.LengthFor(width), "mm"));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(255, 255, 255)]
    [InlineData(128, 128, 128)]
    [InlineData(240, 228, 66)]
    public void ReferenceLine_IsSeenOnAnyGround(byte red, byte green, byte blue)
    {
        // Given
        SKColor ground = new(red, green, blue);
        using PicturePage page = new(60, 20);
        page.Canvas.Clear(ground);
        using SKPath path = new();
        path.MoveTo(0, 10);
        path.LineTo(60, 10);

        // When
        ReferenceLine.Draw(page.Canvas, path);

        // Then: there is much that is clearly darker or clearly brighter
        using SKBitmap picture = SKBitmap.Decode(page.Png());
        int seen = picture.Pixels.Count(pixel => Math.Abs(Luma(pixel) - Luma(ground)) > 80);
        Assert.InRange(seen, 40, 60 * 4);
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

    private static double Luma(SKColor colour) => (0.2126 * colour.Red) + (0.7152 * colour.Green) + (0.0722 * colour.Blue);

    /// <summary>The way from the middle of a slice of 9 x 9 to one of its pixels, in the world (left, posterior, superior).</summary>
    private static double[] WayTo(AnatomicalPlane plane, ImageGeometry geometry, int row, int column)
    {
        Volume<int> numbered = new([.. Enumerable.Range(0, 729)], new Extent(9, 9, 9), geometry);
        int from = plane.Slice(numbered, 4)[(4 * 9) + 4], to = plane.Slice(numbered, 4)[(row * 9) + column];
        double[] file = [(to % 9) - (from % 9), (to / 9 % 9) - (from / 9 % 9), (to / 81) - (from / 81)];
        return [.. Enumerable.Range(0, 3).Select(world => Enumerable.Range(0, 3).Sum(axis => geometry.ItkDirection[(world * 3) + axis] * file[axis]))];
    }

    /// <summary>Axes along the world's in some order and with some signs, all turned about x, y and z.</summary>
    private static double[] Direction(int order, int signs, double turn)
    {
        int[] axes = ((int[][])[[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])[order];
        double[,] straight = new double[3, 3];
        for (int axis = 0; axis < 3; axis++) straight[axes[axis], axis] = (signs >> axis & 1) == 0 ? 1 : -1;
        (double c, double s) = (Math.Cos(turn), Math.Sin(turn));
        double[,] turned = Product(new[,] { { 1, 0, 0 }, { 0, c, -s }, { 0, s, c } }, Product(new[,] { { c, 0, s }, { 0, 1, 0 }, { -s, 0, c } }, Product(new[,] { { c, -s, 0 }, { s, c, 0 }, { 0, 0, 1 } }, straight)));
        return [.. turned.Cast<double>()];
    }

    private static double[,] Product(double[,] a, double[,] b)
    {
        double[,] product = new double[3, 3];
        for (int i = 0; i < 9; i++) product[i / 3, i % 3] = Enumerable.Range(0, 3).Sum(k => a[i / 3, k] * b[k, i % 3]);
        return product;
    }
}
