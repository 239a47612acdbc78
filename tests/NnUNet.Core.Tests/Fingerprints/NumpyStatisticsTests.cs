using NnUNet.Core.Fingerprints;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Tests.Fingerprints;

public sealed class NumpyStatisticsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(1000)]
    public void Sum_OfSmallWholeNumbers_IsExact(int count)
    {
        // Given
        float[] values = [.. Enumerable.Range(1, count).Select(static i => (float)i)];

        // Then
        Assert.Equal(count * (count + 1) / 2f, NumpySum.Of<float>(values));
    }

    [Fact]
    public void Of_AKnownSample()
    {
        // When
        ChannelIntensities statistics = NumpyStatistics.Of([3, 1, 2, 4]);

        // Then
        Assert.Equal(2.5, statistics.Median);
        Assert.Equal(2.5, statistics.Mean);
        Assert.Equal(Math.Sqrt(1.25), statistics.Sd, 6);
        Assert.Equal(1, statistics.Mn);
        Assert.Equal(4, statistics.Mx);
        Assert.Equal(3.985, statistics.Percentile995, 12);
        Assert.Equal(1.015, statistics.Percentile005, 12);
    }

    [Fact]
    public void Of_NoValues_IsNotANumber() => Assert.True(double.IsNaN(NumpyStatistics.Of([]).Median));
}
