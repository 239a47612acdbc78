using System.Text.Json.Nodes;
using NnUNet.Core.Evaluation;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Evaluation;

public sealed class GoldenCaseTests
{
    // Ratios are the same divisions of the same integers; means of surface distances are summed in another order.
    private const double Tolerance = 1e-12;

    [SkippableTheory]
    [InlineData("identical")]
    [InlineData("disjoint")]
    [InlineData("partial_overlap")]
    [InlineData("empty_reference")]
    [InlineData("empty_prediction")]
    [InlineData("both_empty")]
    [InlineData("anisotropic")]
    [InlineData("full_prediction")]
    [InlineData("full_reference_and_prediction")]
    [InlineData("single_voxels")]
    [InlineData("multi_class")]
    [InlineData("label_absent_in_both")]
    [InlineData("thin_plane_2d_like")]
    public void Evaluate_AllMetrics_EqualTheOriginals(string name)
    {
        // Given
        JsonNode recorded = GoldenMetrics.Case(name);
        (Volume<short> prediction, Volume<short> reference) = Load(recorded);
        IReadOnlyList<EvaluationLabel> labels = EvaluationLabel.From(recorded["labels"]!.AsArray().Select(static l => (int)l!));
        EvaluationOptions options = new() { Metrics = GoldenMetrics.Read(recorded["all_metrics"]!).First().Value.Keys.ToValueArray() };

        // When
        CaseScores asNaN = CaseEvaluator.Evaluate(prediction, reference, labels, options);
        CaseScores asZero = CaseEvaluator.Evaluate(prediction, reference, labels, options with { WhenUndefined = 0 });

        // Then
        AssertEqual(GoldenMetrics.Read(recorded["all_metrics"]!), asNaN.Labels);
        AssertEqual(GoldenMetrics.Read(recorded["all_metrics_nan_for_nonexisting_false"]!), asZero.Labels);
    }

    [SkippableFact]
    public void DefaultNames_AreTheOriginals()
    {
        // Given
        JsonNode recorded = GoldenMetrics.Case("multi_class");
        string[] defaults = [.. recorded["metrics_default_keys"]!.AsArray().Select(static k => (string)k!)];
        string[] advanced = [.. recorded["metrics_advanced_keys"]!.AsArray().Select(static k => (string)k!)];

        // Then
        Assert.Equal(defaults, Metric.DefaultNames);
        Assert.Equal(advanced, Metric.DefaultNames.Concat(Metric.OriginalAdvancedNames));
    }

    [SkippableFact]
    public void Evaluate_WithoutLabels_ScoresEveryValueWithTheBackground()
    {
        // Given
        (Volume<short> prediction, Volume<short> reference) = Load(GoldenMetrics.Case("partial_overlap"));

        // When
        CaseScores scores = CaseEvaluator.Evaluate(prediction, reference, []);

        // Then
        Assert.Equal(["0", "1"], scores.Labels.Keys);
    }

    [SkippableFact]
    public void Evaluate_Regions_EqualTheOriginals()
    {
        // Given
        (Volume<short> prediction, Volume<short> reference) = Load(GoldenMetrics.Case("multi_class"));

        // When
        CaseScores scores = CaseEvaluator.Evaluate(prediction, reference, [new("whole", [1, 2, 3]), new("core", [2, 3]), new("one", [1])]);

        // Then
        AssertEqual(GoldenMetrics.Read(GoldenMetrics.Index()["region_labels_dict"]!), scores.Labels);
    }

    private static (Volume<short> Prediction, Volume<short> Reference) Load(JsonNode recorded)
    {
        IReadOnlyDictionary<string, NpyArray> arrays = NpzFile.Read(TestData.Golden("evaluation/" + (string)recorded["file"]!));
        // The original read the spacing from NIfTI headers, which hold float32.
        double[] spacing = [.. recorded["spacing_zyx"]!.AsArray().Select(static s => (double)(float)s!)];
        ImageGeometry geometry = ImageGeometry.FromSpacing(Spacing.From(spacing));
        return (Volume(arrays["prediction"], geometry), Volume(arrays["reference"], geometry));
    }

    private static Volume<short> Volume(NpyArray array, ImageGeometry geometry) =>
        new(array.ToArray<short>(), new Extent((int)array.Shape[0], (int)array.Shape[1], (int)array.Shape[2]), geometry);

    private static void AssertEqual(
        SortedDictionary<string, SortedDictionary<string, double>> expected, SortedDictionary<string, SortedDictionary<string, double>> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (string label in expected.Keys)
        {
            Assert.Equal(expected[label].Keys, actual[label].Keys);
            Golden.AssertClose($"label {label}: {string.Join(", ", expected[label].Keys)}", [.. expected[label].Values], [.. actual[label].Values], Tolerance);
        }
    }
}
