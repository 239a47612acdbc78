using NnUNet.Core.Evaluation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Evaluation;

public sealed class SurfaceElementTests
{
    // Sums of the lengths of the normals in deepmind/surface-distance, lookup_tables.py, for a spacing of 3.1, 1.3, 0.7 mm.
    [Theory]
    [InlineData(0b0000_0001, 0.5833349702357986)]
    [InlineData(0b0000_0011, 1.1765415419780128)]
    [InlineData(0b0000_0110, 1.1666699404715972)]
    [InlineData(0b0001_1000, 1.1666699404715972)]
    [InlineData(0b0000_0111, 2.205004910707396)]
    [InlineData(0b1100_0010, 1.7598765122138114)]
    [InlineData(0b0001_0110, 1.7500049107073958)]
    [InlineData(0b0000_1111, 0.9099999999999999)]
    [InlineData(0b0001_0111, 3.5000098214147917)]
    [InlineData(0b0001_1101, 4.065884439100289)]
    [InlineData(0b0010_0111, 4.510479825945879)]
    [InlineData(0b0001_1110, 2.7883398809431945)]
    [InlineData(0b0011_1100, 2.3530830839560255)]
    [InlineData(0b0110_1001, 2.3333398809431944)]
    public void Area_OfEveryKindOfCorner_IsThatOfMarchingCubes(int code, double expected)
    {
        // When
        double[] areas = SurfaceElementAreas.Areas(new Spacing(3.1, 1.3, 0.7));

        // Then: what is inside and what is outside have the same border
        Assert.Equal(expected, areas[code], 12);
        Assert.Equal(expected, areas[255 - code], 12);
    }

    [Fact]
    public void Area_OfAFlatSurface_IsItsTrueArea()
    {
        // When
        double[] areas = SurfaceElementAreas.Areas(new Spacing(5, 2, 1));

        // Then
        Assert.Equal((2.0, 5.0, 10.0), (areas[0b0000_1111], areas[0b0011_0011], areas[0b0101_0101]));
        Assert.Equal((0.0, 0.0), (areas[0], areas[255]));
    }

    [Fact]
    public void NeighbouringVoxels_ByHand()
    {
        // Given two voxels side by side: of 8 corners each, 4 are shared and 4 lie 1 mm from the other's
        SurfaceElements elements = Elements(Row(0, 1, 0, 0), Row(0, 0, 1, 0));

        // Then
        Assert.Equal(2 * Math.Sqrt(3), elements.TotalArea, 12);
        Assert.Equal(0.5, elements.ShareWithin(0), 12);
        Assert.Equal(0.5, elements.ShareWithin(0.99), 12);
        Assert.Equal(1, elements.ShareWithin(1), 12);
    }

    [Fact]
    public void OutlinesOfPixels_ByHand()
    {
        // Given two pixels of 2 x 1 mm, 3 columns apart, in an image of two dimensions
        ImageGeometry flat = ImageGeometry.Identity with { Dimensions = 2, ItkSpacing = [1, 2, 1] };

        // When
        SurfaceElements elements = Elements(Row(1, 0, 0, 0).WithGeometry(flat), Row(0, 0, 0, 1).WithGeometry(flat));

        // Then: four half diagonals each; the near corners are 2 mm apart, the far ones 3 mm
        Assert.Equal(4 * Math.Sqrt(5), elements.TotalArea, 12);
        Assert.Equal(0, elements.ShareWithin(1.9));
        Assert.Equal(0.5, elements.ShareWithin(2), 12);
        Assert.Equal(1, elements.ShareWithin(3), 12);
    }

    [Theory]
    [InlineData(1, 3, 6, 5, 4, 1.0, 1.0, 1.0, 1.0)]
    [InlineData(2, 5, 4, 7, 4, 3.0, 0.7, 1.2, 1.2)]
    [InlineData(3, 1, 8, 9, 6, 5.0, 0.8, 0.9, 0.8)]
    [InlineData(4, 6, 6, 6, 2, 0.5, 2.0, 1.0, 0.7)]
    public void ShareWithin_EqualsThePlainTwin(int seed, int z, int y, int x, int sparsity, double sz, double sy, double sx, double tolerance)
    {
        // Given
        Extent extent = new(z, y, x);
        ImageGeometry geometry = ImageGeometry.FromSpacing(new Spacing(sz, sy, sx));
        Volume<short> prediction = Scattered(seed, extent, sparsity, geometry), reference = Scattered(seed + 100, extent, sparsity, geometry);

        // When
        double share = Elements(prediction, reference).ShareWithin(tolerance);

        // Then
        Assert.Equal(PlainSurfaceDice.Compute(prediction, reference, tolerance), share, 12);
    }

    [Fact]
    public void FarApartVoxels_NeedNoMemoryForDistancesInBetween()
    {
        // Given two voxels in opposite corners of 16 million
        Extent extent = new(256, 256, 256);
        Volume<short> prediction = new(extent), reference = new(extent);
        prediction[0, 0, 0] = 1;
        reference[255, 255, 255] = 1;
        EvaluationOptions options = new() { Metrics = ["Hausdorff Distance", "Normalized Surface Dice"] };

        // When
        long before = GC.GetAllocatedBytesForCurrentThread();
        SortedDictionary<string, double> scores = CaseEvaluator.Evaluate(prediction, reference, [1], options).Labels["1"];
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // Then: two masks of one byte a voxel for either measure, and little else
        Assert.Equal(255 * Math.Sqrt(3), scores["Hausdorff Distance"], 9);
        Assert.Equal(0, scores["Normalized Surface Dice"]);
        Assert.InRange(allocated, 0, 5 * extent.Count);
    }

    private static SurfaceElements Elements(Volume<short> prediction, Volume<short> reference) =>
        SurfaceElements.Between(new MaskPair(prediction, reference, 1, new ConfusionMatrix(prediction, reference).Of(1), 1, CancellationToken.None), CancellationToken.None);

    private static Volume<short> Scattered(int seed, Extent extent, int sparsity, ImageGeometry geometry)
    {
        Imaging.Algorithms.NumpyRandomState random = new((uint)seed);
        return new Volume<short>([.. Enumerable.Range(0, (int)extent.Count).Select(_ => (short)(random.Randint(0, sparsity) == 0 ? 1 : 0))], extent, geometry);
    }

    private static Volume<short> Row(params short[] labels) => new(labels, new Extent(1, 1, labels.Length));
}

/// <summary>The plain twin: every corner against every other one.</summary>
internal static class PlainSurfaceDice
{
    public static double Compute(Volume<short> prediction, Volume<short> reference, double tolerance)
    {
        (double[] Place, double Area)[] predicted = Elements(prediction), truth = Elements(reference);
        double within = Within(predicted, truth, tolerance) + Within(truth, predicted, tolerance);
        return within / (predicted.Sum(static e => e.Area) + truth.Sum(static e => e.Area));
    }

    private static double Within((double[] Place, double Area)[] from, (double[] Place, double Area)[] to, double tolerance) =>
        from.Where(e => to.Min(t => Distance(e.Place, t.Place)) <= tolerance + 1e-9).Sum(static e => e.Area);

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, static (p, q) => (p - q) * (p - q)).Sum());

    private static (double[] Place, double Area)[] Elements(Volume<short> labels)
    {
        Spacing spacing = labels.Geometry.Spacing;
        double[] areas = SurfaceElementAreas.Areas(spacing);
        return [.. from z in Enumerable.Range(0, labels.Extent.Z + 1)
                   from y in Enumerable.Range(0, labels.Extent.Y + 1)
                   from x in Enumerable.Range(0, labels.Extent.X + 1)
                   let code = Enumerable.Range(0, 8).Sum(bit => Inside(labels, z - 1 + (bit >> 2), y - 1 + ((bit >> 1) & 1), x - 1 + (bit & 1)) ? 1 << bit : 0)
                   where code is not (0 or 255)
                   select ((double[])[z * spacing.Z, y * spacing.Y, x * spacing.X], areas[code])];
    }

    private static bool Inside(Volume<short> labels, int z, int y, int x) =>
        z >= 0 && y >= 0 && x >= 0 && z < labels.Extent.Z && y < labels.Extent.Y && x < labels.Extent.X && labels[z, y, x] == 1;
}
