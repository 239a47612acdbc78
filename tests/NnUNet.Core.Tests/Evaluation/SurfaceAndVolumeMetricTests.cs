using NnUNet.Core.Evaluation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Evaluation;

public sealed class SurfaceAndVolumeMetricTests
{
    private static readonly Extent Field = new(24, 44, 52);
    private static readonly Spacing Anisotropic = new(2, 1, 0.8);

    [Fact]
    public void ConcentricBalls_AreApartByTheDifferenceOfTheirRadii()
    {
        // Given balls of 14 and 17 mm in voxels of 2 x 1 x 0.8 mm
        Volume<short> small = Ball(14), large = Ball(17);

        // When
        SortedDictionary<string, double> scores = Scores(large, small, 1);

        // Then: half a voxel's diagonal (1.2 mm) either way
        Assert.InRange(scores["Hausdorff Distance"], 3 - 1.2, 3 + 1.2);
        Assert.InRange(scores["Hausdorff Distance 95"], 3 - 1.2, scores["Hausdorff Distance"]);
        Assert.InRange(scores["Avg. Symmetric Surface Distance"], 3 - 0.6, 3 + 0.6);
        Assert.Equal(4.0 / 3 * Math.PI * ((17 * 17 * 17) - (14 * 14 * 14)) / 1000, scores["Volume Error"], 0.3);
        Assert.Equal(17.0 * 17 * 17 / (14 * 14 * 14) - 1, scores["Relative Volume Error"], 0.03);
        Assert.Equal(0, scores["Normalized Surface Dice"], 0.05);
        Assert.Equal(1, Scores(large, small, 4.2)["Normalized Surface Dice"]);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(14)]
    [InlineData(17)]
    public void AreaOfABall_IsThatOfTheSphereAndTheStepsOfItsVoxels(double radius)
    {
        // Given
        Volume<short> ball = Ball(radius);

        // When
        double area = new MaskPair(ball, ball, 1, new ConfusionMatrix(ball, ball).Of(1), 1, CancellationToken.None).Elements.TotalArea / 2;

        // Then: a surface that goes through halved edges only is about an eighth larger than the sphere
        Assert.InRange(area / (4 * Math.PI * radius * radius), 1.05, 1.15);
    }

    [Theory]
    [InlineData(0, 0, 3, 2.4)]
    [InlineData(0, 2, 0, 2)]
    [InlineData(1, 0, 0, 2)]
    public void ShiftedBox_IsApartByTheShiftInMillimetres(int z, int y, int x, double expected)
    {
        // Given
        Volume<short> box = Box(4, 8, 8), shifted = Box(4 + z, 8 + y, 8 + x);

        // When
        SortedDictionary<string, double> scores = Scores(shifted, box, expected);

        // Then
        Assert.Equal(expected, scores["Hausdorff Distance"], 12);
        Assert.Equal(1, scores["Normalized Surface Dice"]);
        Assert.Equal((0.0, 0.0), (scores["Volume Error"], scores["Absolute Relative Volume Error"]));
    }

    [Fact]
    public void Swapped_DistancesStayAndErrorsChangeTheirSign()
    {
        // Given
        Volume<short> box = Box(4, 8, 8), ball = Ball(12);

        // When
        SortedDictionary<string, double> one = Scores(box, ball, 1.5), other = Scores(ball, box, 1.5);

        // Then
        Assert.All(
            (string[])["Hausdorff Distance", "Hausdorff Distance 95", "Avg. Symmetric Surface Distance", "Normalized Surface Dice", "Absolute Volume Error"],
            name => Assert.Equal(one[name], other[name], 12));
        Assert.Equal(one["Volume Error"], -other["Volume Error"], 12);
    }

    [Fact]
    public void Identical_AreNoDistanceApart()
    {
        // Given
        Volume<short> ball = Ball(12);

        // When
        SortedDictionary<string, double> scores = Scores(ball, ball, 0);

        // Then
        Assert.Equal(1, scores["Normalized Surface Dice"]);
        Assert.All(
            (string[])["Hausdorff Distance", "Hausdorff Distance 95", "Avg. Surface Distance", "Avg. Symmetric Surface Distance", "Volume Error", "Relative Volume Error"],
            name => Assert.Equal(0, scores[name]));
    }

    [Fact]
    public void SurfaceDice_GrowsWithTheTolerance()
    {
        // Given
        Volume<short> box = Box(4, 8, 8), ball = Ball(12);
        double[] tolerances = [0, 0.5, 1, 2, 3, 5, 8, 100];

        // When
        double[] shares = [.. tolerances.Select(tolerance => Scores(box, ball, tolerance)["Normalized Surface Dice"])];

        // Then
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1]);
    }

    [Fact]
    public void EmptyMasks_FollowTheStatedRules()
    {
        // Given 4 voxels of 1.6 mm3
        Volume<short> empty = Row(0, 0, 0, 0), half = Row(1, 1, 0, 0), full = Row(1, 1, 1, 1);

        // When
        SortedDictionary<string, double> neither = Scores(empty, empty, 1), missed = Scores(empty, half, 1), invented = Scores(half, empty, 1), all = Scores(full, full, 1);

        // Then
        Assert.Equal((double.NaN, 0.0, 0.0, 1.0), Values(neither, missed, invented, all, "Normalized Surface Dice"));
        Assert.Equal((double.NaN, double.NaN, double.NaN, double.NaN), Values(neither, missed, invented, all, "Hausdorff Distance 95"));
        Assert.Equal((double.NaN, double.NaN, double.NaN, double.NaN), Values(neither, missed, invented, all, "Avg. Symmetric Surface Distance"));
        Assert.Equal((0.0, -0.0032, 0.0032, 0.0), Values(neither, missed, invented, all, "Volume Error"));
        Assert.Equal((0.0, 0.0032, 0.0032, 0.0), Values(neither, missed, invented, all, "Absolute Volume Error"));
        Assert.Equal((double.NaN, -1.0, double.NaN, 0.0), Values(neither, missed, invented, all, "Relative Volume Error"));
        Assert.Equal((double.NaN, 1.0, double.NaN, 0.0), Values(neither, missed, invented, all, "Absolute Relative Volume Error"));
    }

    [Fact]
    public void ImagesOfTwoDimensions_HaveRelativeErrorsOnly()
    {
        // Given
        ImageGeometry flat = ImageGeometry.Identity with { Dimensions = 2 };

        // When
        SortedDictionary<string, double> scores = Scores(Row(1, 1, 1, 0).WithGeometry(flat), Row(1, 1, 0, 0).WithGeometry(flat), 1);

        // Then
        Assert.Equal((double.NaN, double.NaN), (scores["Volume Error"], scores["Absolute Volume Error"]));
        Assert.Equal(0.5, scores["Relative Volume Error"]);
        Assert.True(double.IsFinite(scores["Normalized Surface Dice"]));
    }

    [Fact]
    public void Tolerance_CanBeEachStructuresOwn()
    {
        // Given two structures, each a voxel aside of its reference
        Volume<short> prediction = Row(1, 0, 0, 2, 0), reference = Row(0, 1, 0, 0, 2);
        EvaluationOptions options = new() { Metrics = ["Normalized Surface Dice"], SurfaceTolerance = 5, SurfaceTolerances = new Dictionary<string, double> { ["2"] = 0 } };

        // When
        CaseScores scores = CaseEvaluator.Evaluate(prediction, reference, [1, 2], options);
        SegmentationSummary summary = SegmentationSummary.From([scores], options);

        // Then
        Assert.Equal(1, scores.Labels["1"]["Normalized Surface Dice"]);
        Assert.Equal(0.5, scores.Labels["2"]["Normalized Surface Dice"], 12);
        Assert.Equal([KeyValuePair.Create("1", 5.0), KeyValuePair.Create("2", 0.0)], summary.SurfaceTolerances);
        Assert.Null(SegmentationSummary.From([CaseEvaluator.Evaluate(prediction, reference, [1])], new EvaluationOptions()).SurfaceTolerances);
    }

    [Fact]
    public void Tolerance_BelowZero_IsRefused()
    {
        EvaluationException e = Assert.Throws<EvaluationException>(() => Scores(Row(1), Row(1), -1));

        Assert.Equal("evaluation: a surface tolerance is -1 mm, but must be 0 or more; correct the options.", e.Message);
    }

    private static (double Neither, double Missed, double Invented, double All) Values(
        SortedDictionary<string, double> neither, SortedDictionary<string, double> missed, SortedDictionary<string, double> invented, SortedDictionary<string, double> all, string metric) =>
        (neither[metric], missed[metric], invented[metric], all[metric]);

    private static SortedDictionary<string, double> Scores(Volume<short> prediction, Volume<short> reference, double tolerance) =>
        CaseEvaluator.Evaluate(prediction, reference, [1], new EvaluationOptions { Advanced = true, SurfaceTolerance = tolerance }).Labels["1"];

    private static Volume<short> Ball(double radius) => Make((z, y, x) => (z * z) + (y * y) + (x * x) <= radius * radius);

    private static Volume<short> Box(int z, int y, int x)
    {
        Volume<short> labels = new(Field, ImageGeometry.FromSpacing(Anisotropic));
        for (int row = 0; row < 8 * 16; row++) labels.Row(z + (row / 16), y + (row % 16)).Slice(x, 20).Fill(1);
        return labels;
    }

    /// <summary>A mask by each voxel's place in millimetres from the centre of the field.</summary>
    private static Volume<short> Make(Func<double, double, double, bool> inside)
    {
        Volume<short> labels = new(Field, ImageGeometry.FromSpacing(Anisotropic));
        for (int i = 0; i < labels.Voxels.Length; i++)
        {
            double z = (i / Field.SliceCount) - ((Field.Z - 1) / 2.0), y = (i % Field.SliceCount / Field.X) - ((Field.Y - 1) / 2.0), x = (i % Field.X) - ((Field.X - 1) / 2.0);
            labels.Voxels[i] = inside(z * Anisotropic.Z, y * Anisotropic.Y, x * Anisotropic.X) ? (short)1 : (short)0;
        }

        return labels;
    }

    private static Volume<short> Row(params short[] labels) => new(labels, new Extent(1, 1, labels.Length), ImageGeometry.FromSpacing(Anisotropic));
}
