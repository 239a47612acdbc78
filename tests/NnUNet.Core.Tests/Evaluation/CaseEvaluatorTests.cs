using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Evaluation;

public sealed class CaseEvaluatorTests
{
    [Fact]
    public void Evaluate_TwoOverlappingRows_CountsAndRatios()
    {
        // Given: 10 voxels, prediction on 2..5, reference on 4..8
        Volume<short> prediction = Row(0, 0, 1, 1, 1, 1, 0, 0, 0, 0);
        Volume<short> reference = Row(0, 0, 0, 0, 1, 1, 1, 1, 1, 0);

        // When
        SortedDictionary<string, double> scores = CaseEvaluator.Evaluate(prediction, reference, [1]).Labels["1"];

        // Then
        Assert.Equal(4.0 / 9, scores["Dice"], 12);
        Assert.Equal(2.0 / 7, scores["Jaccard"], 12);
        Assert.Equal(0.5, scores["Precision"], 12);
        Assert.Equal(0.4, scores["Recall"], 12);
        Assert.Equal(0.5, scores["Accuracy"], 12);
        Assert.Equal(4, scores["Total Positives Test"]);
        Assert.Equal(5, scores["Total Positives Reference"]);
        Assert.Equal(Metric.DefaultNames, scores.Keys);
    }

    [Fact]
    public void Evaluate_BothEmpty_IsUndefined()
    {
        // Given
        Volume<short> empty = Row(0, 0, 0);

        // When
        SortedDictionary<string, double> asNaN = CaseEvaluator.Evaluate(empty, empty, [1], new EvaluationOptions { Advanced = true }).Labels["1"];
        SortedDictionary<string, double> asZero = CaseEvaluator.Evaluate(empty, empty, [1], new EvaluationOptions { WhenUndefined = 0 }).Labels["1"];

        // Then
        Assert.Equal(double.NaN, asNaN["Dice"]);
        Assert.Equal(double.NaN, asNaN["Hausdorff Distance 95"]);
        Assert.Equal(1, asNaN["Accuracy"]);
        Assert.Equal(0, asZero["Dice"]);
        Assert.Equal(1, asZero["False Negative Rate"]);
    }

    [Fact]
    public void Evaluate_OtherShape_SaysBothShapes()
    {
        // Given
        Volume<short> prediction = Row(0, 1), reference = Row(0, 1, 1);

        // When
        EvaluationException e = Assert.Throws<EvaluationException>(() => CaseEvaluator.Evaluate(prediction, reference, [1]));

        // Then
        Assert.Equal("prediction and reference: the prediction has 1x1x2 voxels (z, y, x), but the reference has 1x1x3; compare segmentations of the same image.", e.Message);
    }

    [Fact]
    public void Evaluate_OtherPlace_IsRefusedUnlessSwitchedOff()
    {
        // Given
        Volume<short> prediction = Row(0, 1, 1);
        Volume<short> reference = prediction.WithGeometry(ImageGeometry.Identity with { ItkOrigin = [0, 0, 7] });

        // When
        EvaluationException e = Assert.Throws<EvaluationException>(() => CaseEvaluator.Evaluate(prediction, reference, [1]));
        CaseScores scores = CaseEvaluator.Evaluate(prediction, reference, [1], new EvaluationOptions { CheckGeometry = false });

        // Then
        Assert.Contains("its grid is up to 7 voxels off", e.What, StringComparison.Ordinal);
        Assert.Equal(1, scores.Labels["1"]["Dice"]);
    }

    [Fact]
    public void Evaluate_UnknownMetric_ListsTheKnownOnes()
    {
        // Given
        EvaluationOptions options = new() { Metrics = ["Dise"] };

        // When
        CatalogException e = Assert.Throws<CatalogException>(() => CaseEvaluator.Evaluate(Row(0), Row(0), [1], options));

        // Then
        Assert.Contains("Dice", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Percentile_OfFourDistances_IsLinearBetweenThem()
    {
        // Given: surfaces of single voxels at 0 and 3 against one at 4
        Volume<short> prediction = Row(1, 0, 0, 1, 0, 0);
        Volume<short> reference = Row(0, 0, 0, 0, 1, 0);
        EvaluationOptions options = new() { Metrics = ["Hausdorff Distance", "Hausdorff Distance 95", "Avg. Surface Distance", "Avg. Symmetric Surface Distance"] };

        // When
        SortedDictionary<string, double> scores = CaseEvaluator.Evaluate(prediction, reference, [1], options).Labels["1"];

        // Then: the joint list is 4, 1 and 1
        Assert.Equal(4, scores["Hausdorff Distance"]);
        Assert.Equal(3.7, scores["Hausdorff Distance 95"], 12);
        Assert.Equal(2.5, scores["Avg. Surface Distance"]);
        Assert.Equal(2, scores["Avg. Symmetric Surface Distance"]);
    }

    private static Volume<short> Row(params short[] labels) => new(labels, new Extent(1, 1, labels.Length));
}
