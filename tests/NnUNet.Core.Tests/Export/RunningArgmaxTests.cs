using NnUNet.Core.Export;

namespace NnUNet.Core.Tests.Export;

public sealed class RunningArgmaxTests
{
    [Fact]
    public void Update_ThreeClasses_LowestOfEqualOnesWins()
    {
        // Given: 21 voxels, so that vectors and the rest are both used
        float[] first = [.. Enumerable.Repeat(0.5f, 21)];
        float[] second = [.. Enumerable.Range(0, 21).Select(static i => i % 2 == 0 ? 0.5f : 0.6f)];
        float[] third = [.. Enumerable.Range(0, 21).Select(static i => i == 20 ? 0.7f : 0.6f)];
        float[] best = [.. Enumerable.Repeat(float.NegativeInfinity, 21)];
        int[] labels = new int[21];

        // When
        RunningArgmax.Update(first, 0, best, labels);
        RunningArgmax.Update(second, 1, best, labels);
        RunningArgmax.Update(third, 2, best, labels);

        // Then
        Assert.Equal([2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2], labels);
    }
}
