using NnUNet.Core.Fingerprints;

namespace NnUNet.Core.Tests.Fingerprints;

public sealed class RankSelectionTests
{
    public static TheoryData<float[]> Samples => new(
        [3],
        [2, 1],
        [0, -0f, 1, -1, float.MaxValue, float.MinValue, float.Epsilon, float.NegativeInfinity, float.PositiveInfinity],
        [.. Enumerable.Repeat(7f, 100)],
        [.. Enumerable.Range(0, 1000).Select(static i => (float)((i * 7919 % 401) - 200))],
        [.. Enumerable.Range(0, 5000).Select(static i => MathF.Sin(i) * MathF.Exp(i % 40))]);

    [Theory]
    [MemberData(nameof(Samples))]
    public void Select_OfEveryRank_EqualsSorting(float[] values)
    {
        // Given: all places, the last ones first
        int[] ranks = [.. Enumerable.Range(0, values.Length).Reverse()];

        // When
        float[] selected = RankSelection.Select(values, ranks);

        // Then
        Assert.Equal(RankSelection.Reference(values, ranks), selected);
    }
}
