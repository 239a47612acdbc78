using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Evaluation;

/// <summary>What every metric of the catalogue keeps to.</summary>
public sealed class MetricContractTests
{
    public static TheoryData<string> Names => [.. Catalog<Metric>.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Compute_AnyMasks_IsDefinedOrTheGivenValue(string name)
    {
        // Given
        Volume<short> empty = Row(0, 0, 0, 0), full = Row(1, 1, 1, 1), left = Row(1, 1, 0, 0), right = Row(0, 1, 1, 0);
        EvaluationOptions asNaN = new() { Metrics = [name] }, asZero = asNaN with { WhenUndefined = 0 };

        // When
        (Volume<short>, Volume<short>)[] pairs = [(left, right), (left, left), (empty, left), (left, empty), (empty, empty), (full, left), (left, full), (full, full)];
        double[] values = [.. pairs.Select(p => CaseEvaluator.Evaluate(p.Item1, p.Item2, [1], asNaN).Labels["1"][name])];
        double[] defined = [.. pairs.Select(p => CaseEvaluator.Evaluate(p.Item1, p.Item2, [1], asZero).Labels["1"][name])];

        // Then
        bool signed = Catalog<Metric>.Create(name).Sense == MetricSense.ZeroIsBest;
        Assert.All(values, v => Assert.False(double.IsInfinity(v) || (v < 0 && !signed)));
        Assert.All(defined, static v => Assert.True(double.IsFinite(v)));
        Assert.All(values.Take(2), static v => Assert.True(double.IsFinite(v), "two ordinary masks must have a value"));
    }

    private static Volume<short> Row(params short[] labels) => new(labels, new Extent(1, 1, labels.Length));
}
