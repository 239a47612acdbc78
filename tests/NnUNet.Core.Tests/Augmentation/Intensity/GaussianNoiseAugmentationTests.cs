using System.Text.Json;
using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Augmentation.Intensity;

public sealed class GaussianNoiseAugmentationTests
{
    private const long Key = 0x1234_5678_9ABC_DEF0;

    private static readonly Extent Extent = new(40, 56, 40);

    [SkippableFact]
    public void Noise_HasTheRecordedDeviations()
    {
        JsonElement[] recorded = [.. AugmentationGolden.Index("gaussian_noise").GetProperty("rows").EnumerateArray()];

        Assert.NotEmpty(recorded);
        Assert.All(recorded, static row =>
        {
            PatchBuffer patch = Empty();

            new GaussianNoiseAugmentation(2).Apply(patch, new GaussianNoiseParameters(row.GetProperty("variance_parameter").GetDouble(), Key));

            // Within 1 % of what was measured then, on fewer voxels.
            double measured = row.GetProperty("measured_std").GetDouble();
            Assert.InRange(VoxelMoments.Of(patch.Channel(0)).Deviation, measured * 0.99, measured * 1.01);
            Assert.InRange(VoxelMoments.Of(patch.Channel(1)).Deviation, measured * 0.99, measured * 1.01);
        });
    }

    [Fact]
    public void Noise_IsNormalAndIndependent()
    {
        // Given
        PatchBuffer patch = Empty();

        // When
        new GaussianNoiseAugmentation(2).Apply(patch, new GaussianNoiseParameters(0.1, Key));

        // Then: mean, deviation, tails (5 % beyond 1.96, 0.27 % beyond 3), and no correlation of channels, neighbours, rows or slices
        float[] noise = patch.Channel(0).ToArray();
        Assert.InRange(noise.Average(), -0.001, 0.001);
        Assert.InRange(noise.Average(static v => v * v), 0.0098, 0.0102);
        Assert.InRange(noise.Average(static v => Math.Abs(v) > 0.196 ? 1.0 : 0), 0.048, 0.052);
        Assert.InRange(noise.Average(static v => Math.Abs(v) > 0.3 ? 1.0 : 0), 0.0022, 0.0032);
        Assert.InRange(Correlation(noise, patch.Channel(1).ToArray()), -0.01, 0.01);
        Assert.InRange(Correlation(noise, noise[1..]), -0.01, 0.01);
        Assert.InRange(Correlation(noise, noise[Extent.X..]), -0.01, 0.01);
        Assert.InRange(Correlation(noise, noise[(NormalNoise.Block / 2)..]), -0.01, 0.01);
        Assert.InRange(Correlation(noise, noise[Extent.SliceCount..]), -0.01, 0.01);
    }

    // Not a multiple of a block, less than half a block, and one voxel.
    [Theory]
    [InlineData(2500)]
    [InlineData(1024)]
    [InlineData(513)]
    [InlineData(100)]
    [InlineData(1)]
    public void Noise_EqualsThePlainFormula(int voxels)
    {
        float[] noise = new float[voxels];

        NormalNoise.Add(noise, 0.1, Key, channel: 1);

        Golden.AssertClose("noise", PlainNoise(voxels, 0.1, Key, channel: 1), [.. noise.Select(static v => (double)v)], 1e-6);
    }

    [Fact]
    public void Noise_IsAddedToTheImage()
    {
        // Given
        PatchBuffer empty = Empty();
        PatchBuffer full = Empty();
        full.Channel(0).Fill(10);
        GaussianNoiseParameters parameters = new(0.05, Key);

        // When
        new GaussianNoiseAugmentation(1).Apply(empty, parameters);
        new GaussianNoiseAugmentation(1).Apply(full, parameters);

        // Then: the same noise for the same key, and only in the first channel
        Golden.AssertClose("noise", [.. empty.Channel(0).ToArray().Select(static v => v + 10)], full.Channel(0), 1e-6);
        Assert.All(empty.Channel(1).ToArray(), static v => Assert.Equal(0, v));
    }

    [Fact]
    public void OtherKeys_GiveOtherNoise()
    {
        float[] one = new float[1000];
        float[] other = new float[1000];

        NormalNoise.Add(one, 1, Key, 0);
        NormalNoise.Add(other, 1, Key + (1L << 40), 0);

        Assert.InRange(Correlation(one, other), -0.15, 0.15);
    }

    [Fact]
    public void Drawing_FollowsTheOriginalsProbabilities()
    {
        GaussianNoiseAugmentation augmentation = new(1);
        RandomStream random = new(13, 0, 0, 0);

        GaussianNoiseParameters[] drawn = [.. Enumerable.Range(0, 40_000).Select(_ => augmentation.Draw(ref random))];

        GaussianNoiseParameters[] changed = [.. drawn.Where(static d => d.StandardDeviation > 0)];
        Assert.InRange(changed.Length, 3800, 4200);
        Assert.InRange(changed.Min(static d => d.StandardDeviation), 0, 0.001);
        Assert.InRange(changed.Max(static d => d.StandardDeviation), 0.0999, 0.1);
        Assert.InRange(changed.Average(static d => d.StandardDeviation), 0.048, 0.052);
        Assert.Equal(changed.Length, changed.Select(static d => d.Key).Distinct().Count());
    }

    private static PatchBuffer Empty()
    {
        PatchBuffer patch = new(2);
        patch.Reset(Extent);
        patch.Channel(0).Clear();
        patch.Channel(1).Clear();
        return patch;
    }

    /// <summary>Voxel by voxel in double: the pair that a voxel belongs to, its two words, and one of cosine and sine.</summary>
    private static double[] PlainNoise(int voxels, double deviation, long key, int channel)
    {
        double[] noise = new double[voxels];
        uint[] words = new uint[4];
        for (int i = 0; i < voxels; i++)
        {
            int within = i % 1024;
            int pair = within % 512;
            uint counter = (uint)(((i / 1024) * 256) + (pair / 2));
            RandomStream.Philox((uint)key, (uint)(key >> 32), counter, (uint)channel, 0, 0x4E4F4953, words);
            double radius = Math.Sqrt(-2 * Math.Log((words[pair % 2] + 0.5) / (1UL << 32)));
            double angle = 2 * Math.PI * words[2 + (pair % 2)] / (1UL << 32);
            noise[i] = deviation * radius * (within < 512 ? Math.Cos(angle) : Math.Sin(angle));
        }

        return noise;
    }

    /// <summary>Correlation of the places that both have.</summary>
    private static double Correlation(float[] a, float[] b)
    {
        double products = a.Zip(b, static (x, y) => (double)x * y).Average();
        return products / Math.Sqrt(a.Average(static v => (double)v * v) * b.Average(static v => (double)v * v));
    }
}
