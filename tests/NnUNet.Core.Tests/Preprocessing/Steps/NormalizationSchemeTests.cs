using NnUNet.Core.Fingerprints;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;

namespace NnUNet.Core.Tests.Preprocessing.Steps;

public sealed class NormalizationSchemeTests
{
    private static readonly ChannelIntensities Intensities = new() { Mean = 10, Sd = 4, Percentile005 = -20, Percentile995 = 30 };

    [Theory]
    [InlineData("CT")]
    [InlineData("CT2")]
    [InlineData("nonCT")]
    [InlineData("noNorm")]
    [InlineData("scale_uint8_to_0_1")]
    public void Apply_IsWhatThePlainFormulaSays(string name)
    {
        // Given 1003 voxels with some at and beyond the bounds
        float[] voxels = [.. Enumerable.Range(0, 1003).Select(static i => (float)((i * 37 % 101) - 50))];
        float[] expected = [.. voxels];
        PlainNormalization.Apply(name, expected, static _ => true, Intensities);

        // When
        Catalog<NormalizationScheme>.Create(name).Apply(voxels, new short[voxels.Length], useMask: false, Intensities);

        // Then
        Testing.Golden.AssertClose(name, expected, voxels, 1e-5);
    }

    [Theory]
    [InlineData("CT")]
    [InlineData("nonCT")]
    public void Apply_WithMask_ClearsTheOutside(string name)
    {
        // Given every third voxel outside
        float[] voxels = [.. Enumerable.Range(0, 500).Select(static i => (float)((i * 37 % 41) - 20))];
        short[] segmentation = [.. Enumerable.Range(0, 500).Select(static i => (short)(i % 3 == 0 ? -1 : i % 2))];
        float[] expected = [.. voxels];
        PlainNormalization.Apply(name, expected, i => segmentation[i] >= 0, Intensities);

        // When
        Catalog<NormalizationScheme>.Create(name).Apply(voxels, segmentation, useMask: true, Intensities);

        // Then
        Testing.Golden.AssertClose(name, expected, voxels, 1e-5);
    }

    [Fact]
    public void Apply_AConstantImage_IsZeroAndNotInfinite()
    {
        // Given
        float[] voxels = [3, 3, 3];

        // When
        new ZScoreNormalization().Apply(voxels, new short[3], useMask: false, null);

        // Then
        Assert.Equal([0, 0, 0], voxels);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1000)]
    public void Statistics_AreThoseOfThePlainLoop(int count)
    {
        // Given
        float[] voxels = [.. Enumerable.Range(0, count).Select(static i => MathF.Sin(i) * 1000)];

        // When
        (double mean, double deviation) = VoxelStatistics.Of(voxels);

        // Then
        (double expectedMean, double expectedDeviation) = VoxelStatistics.Reference(voxels);
        Assert.Equal(expectedMean, mean, 9);
        Assert.Equal(expectedDeviation, deviation, 9);
    }
}
