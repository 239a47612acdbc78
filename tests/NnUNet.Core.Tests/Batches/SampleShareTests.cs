using NnUNet.Core.Batches;

namespace NnUNet.Core.Tests.Batches;

public sealed class SampleShareTests
{
    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 2)]
    [InlineData(2, 9)]
    [InlineData(4, 9)]
    [InlineData(8, 8)]
    public void Of_GivesEverySampleToOneReplica_AndAllAboutAsMany(int world, int batch)
    {
        SampleShare[] shares = [.. Enumerable.Range(0, world).Select(rank => SampleShare.Of(rank, world, batch))];

        Assert.Equal(Enumerable.Range(0, batch), shares.SelectMany(static s => Enumerable.Range(s.First, s.Count)));
        Assert.InRange(shares.Max(static s => s.Count) - shares.Min(static s => s.Count), 0, 1);
        Assert.Equal(1, shares.Sum(static s => s.Part), 12);
        Assert.Equal(shares[0].Count, shares.Max(static s => s.Count));
    }

    [Fact]
    public void Of_FewerSamplesThanReplicas_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(static () => SampleShare.Of(0, 3, 2));
}
