using NnUNet.Core.Augmentation.Intensity;

namespace NnUNet.Core.Tests.Augmentation.Intensity;

public sealed class VoxelMomentsTests
{
    [Fact]
    public void Moments_EqualThePlainSumsAtEveryLength()
    {
        float[] voxels = [.. Enumerable.Range(0, 70).Select(static i => 1000 + MathF.Sin(i * 1.7f))];

        Assert.All(Enumerable.Range(1, voxels.Length), count =>
        {
            VoxelMoments moments = VoxelMoments.Of(voxels.AsSpan(0, count));

            double mean = voxels.Take(count).Average(static v => (double)v);
            Assert.Equal(mean, moments.Mean, 1e-10);
            Assert.Equal(Math.Sqrt(voxels.Take(count).Average(v => (v - mean) * (v - mean))), moments.Deviation, 1e-7);
            Assert.Equal(voxels.Take(count).Min(), moments.Minimum);
            Assert.Equal(voxels.Take(count).Max(), moments.Maximum);
        });
    }

    [Fact]
    public void SumsOfParts_EqualThoseOfTheWhole()
    {
        float[] voxels = [.. Enumerable.Range(0, 100).Select(static i => MathF.Sin(i * 1.7f))];
        VoxelSums parts = new(0);
        VoxelSums whole = new(0);

        parts.Add(voxels.AsSpan(0, 33));
        parts.Add(voxels.AsSpan(33));
        whole.Add(voxels);

        Assert.Equal(whole.Mean, parts.Mean, 1e-12);
        Assert.Equal(whole.Deviation, parts.Deviation, 1e-12);
    }
}
