using NnUNet.Core.Augmentation;

namespace NnUNet.Core.Tests.Augmentation;

public sealed class RandomStreamTests
{
    private const int Draws = 200_000;

    // The published known answers of Philox4x32-10 (Random123's kat_vectors).
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0xa4093822u, 0x299f31d0u, 0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_GivesThePublishedWords(uint k0, uint k1, uint c0, uint c1, uint c2, uint c3, uint w0, uint w1, uint w2, uint w3)
    {
        uint[] words = new uint[4];

        RandomStream.Philox(k0, k1, c0, c1, c2, c3, words);

        Assert.Equal([w0, w1, w2, w3], words);
    }

    [Fact]
    public void EqualKeys_GiveEqualDraws()
    {
        RandomStream one = new(7, 3, 20, 1);
        RandomStream other = new(7, 3, 20, 1);

        Assert.Equal(Enumerable.Range(0, 50).Select(_ => one.NextBits()), Enumerable.Range(0, 50).Select(_ => other.NextBits()).ToArray());
    }

    [Theory]
    [InlineData(8, 3, 20, 1)]
    [InlineData(7L + (1L << 40), 3, 20, 1)]
    [InlineData(7, 4, 20, 1)]
    [InlineData(7, 3, 21, 1)]
    [InlineData(7, 3, 20, 2)]
    public void AnyOtherKey_GivesOtherDraws(long seed, int epoch, int iteration, int sample)
    {
        RandomStream one = new(7, 3, 20, 1);
        RandomStream other = new(seed, epoch, iteration, sample);

        Assert.NotEqual(one.NextDouble(), other.NextDouble());
    }

    [Fact]
    public void SeedFor_SeparatesUses()
    {
        Assert.NotEqual(RandomStream.SeedFor(1, "training"), RandomStream.SeedFor(1, "validation"));
        Assert.NotEqual(RandomStream.SeedFor(1, "training"), RandomStream.SeedFor(2, "training"));
        Assert.Equal(RandomStream.SeedFor(1, "training"), RandomStream.SeedFor(1, "training"));
    }

    [Fact]
    public void Uniform_HasMeanVarianceAndBounds()
    {
        RandomStream random = new(1, 0, 0, 0);

        double[] values = [.. Enumerable.Range(0, Draws).Select(_ => random.Uniform(-2, 4))];

        Assert.InRange(values.Average(), 0.98, 1.02);
        Assert.InRange(Variance(values), 2.96, 3.04);
        Assert.InRange(values.Min(), -2, -1.999);
        Assert.InRange(values.Max(), 3.999, 4);
    }

    [Fact]
    public void Normal_HasMeanVarianceAndTails()
    {
        RandomStream random = new(2, 0, 0, 0);

        double[] values = [.. Enumerable.Range(0, Draws).Select(_ => random.Normal(3, 2))];

        Assert.InRange(values.Average(), 2.98, 3.02);
        Assert.InRange(Variance(values), 3.94, 4.06);
        Assert.InRange(values.Count(static v => Math.Abs(v - 3) > 3.92) / (double)Draws, 0.048, 0.052);
    }

    [Fact]
    public void Int_IsFairAndInRange()
    {
        RandomStream random = new(3, 0, 0, 0);

        int[] counts = [.. Enumerable.Range(0, Draws).Select(_ => random.Int(-3, 4)).CountBy(static v => v).OrderBy(static c => c.Key).Select(static c => c.Value)];

        Assert.Equal(7, counts.Length);
        Assert.All(counts, static c => Assert.InRange(c / (double)Draws, 0.1405, 0.1452));
    }

    [Fact]
    public void Int_OfTheWholeRange_DoesNotOverflow()
    {
        RandomStream random = new(3, 0, 0, 0);

        int[] values = [.. Enumerable.Range(0, 1000).Select(_ => random.Int(int.MinValue, int.MaxValue))];

        Assert.Contains(values, static v => v < -1_000_000_000);
        Assert.Contains(values, static v => v > 1_000_000_000);
    }

    [Fact]
    public void Int_OfAnEmptyRange_IsRefused()
    {
        RandomStream random = new(3, 0, 0, 0);

        Assert.Throws<ArgumentException>(() => random.Int(2, 2));
    }

    [Fact]
    public void Bool_HasItsProbability()
    {
        RandomStream random = new(4, 0, 0, 0);

        Assert.InRange(Enumerable.Range(0, Draws).Count(_ => random.Bool(0.2)) / (double)Draws, 0.196, 0.204);
        Assert.DoesNotContain(Enumerable.Range(0, 1000), _ => random.Bool(0));
        Assert.DoesNotContain(Enumerable.Range(0, 1000), _ => !random.Bool(1));
    }

    [Fact]
    public void NeighbouringStreams_AreNotCorrelated()
    {
        double[] a = [.. Enumerable.Range(0, 20_000).Select(static i => new RandomStream(5, 0, i, 0).NextDouble() - 0.5)];
        double[] b = [.. Enumerable.Range(0, 20_000).Select(static i => new RandomStream(5, 0, i, 1).NextDouble() - 0.5)];

        double correlation = a.Zip(b, static (x, y) => x * y).Average() * 12;

        Assert.InRange(correlation, -0.03, 0.03);
    }

    private static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Average(v => (v - mean) * (v - mean));
    }
}
