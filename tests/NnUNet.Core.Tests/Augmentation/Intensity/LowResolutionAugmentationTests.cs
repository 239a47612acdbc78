using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Augmentation.Intensity;

public sealed class LowResolutionAugmentationTests
{
    // Values are up to about 5; cubic splines of three axes in float32 (largest seen 1e-6).
    private const double Float32Tolerance = 2e-6;

    [SkippableTheory]
    [InlineData("lowres_3d", false)]
    [InlineData("lowres_3d_b", false)]
    [InlineData("lowres_3d_ignore0", true)]
    [InlineData("lowres_2d", true)]
    public void LowResolution_EqualsTheRecordedOne(string name, bool sliceWise)
    {
        AugmentationGolden golden = AugmentationGolden.Case(name);
        PatchBuffer patch = IntensityCase.Input(golden);

        new LowResolutionAugmentation(2, sliceWise).Apply(patch, IntensityCase.Values(golden, "zoom_per_channel"));

        Golden.AssertClose(name, golden.Values("data_out"), AugmentationGolden.AllChannels(patch), Float32Tolerance);
    }

    [Fact]
    public void LowResolution_IsNearestThereAndCubicBack()
    {
        // Given: half of 10x12x11 keeps 5x6x6 voxels, rounded half to even
        Extent extent = new(10, 12, 11), small = new(5, 6, 6);
        PatchBuffer patch = IntensityCase.Waves(extent);
        float[] kept = new float[small.Count];
        float[] expected = new float[extent.Count];
        SplineResampling.Resize(patch.Channel(0), extent, kept, small, 0);
        SplineResampling.Resize(kept, small, expected, extent, 3);

        // When
        new LowResolutionAugmentation(1, sliceWise: false).Apply(patch, IntensityCase.One(0.5));

        // Then
        Assert.Equal(expected, patch.Channel(0).ToArray());
        Assert.InRange(patch.Channel(0).ToArray().Max(), kept.Max() - 0.1f, kept.Max());
    }

    [Fact]
    public void SlicesOfAnisotropicPatches_AreKept()
    {
        // Given: slices of one value each
        PatchBuffer patch = IntensityCase.Waves(new Extent(6, 10, 10));
        for (int z = 0; z < 6; z++) patch.Channel(0).Slice(100 * z, 100).Fill(z * z);
        float[] before = patch.Channel(0).ToArray();

        // When
        new LowResolutionAugmentation(1, sliceWise: true).Apply(patch, IntensityCase.One(0.5));

        // Then
        Golden.AssertClose("slices", before, patch.Channel(0), Float32Tolerance);
    }

    [Fact]
    public void AFactorThatKeepsEveryVoxel_ChangesNothing()
    {
        PatchBuffer patch = IntensityCase.Waves(new Extent(6, 10, 10));
        float[] before = patch.Channel(0).ToArray();

        new LowResolutionAugmentation(1, sliceWise: false).Apply(patch, IntensityCase.One(0.96));

        Assert.Equal(before, patch.Channel(0).ToArray());
    }

    [Fact]
    public void Drawing_FollowsTheOriginalsProbabilities()
    {
        double?[] drawn = IntensityCase.Draws(new LowResolutionAugmentation(1, sliceWise: false));

        // A quarter of the samples, half of their channels.
        Assert.InRange(drawn.Average(static d => d is null ? 0.0 : 1), 0.12, 0.13);
        Assert.InRange(drawn.Min()!.Value, 0.5, 0.501);
        Assert.InRange(drawn.Max()!.Value, 0.999, 1);
        Assert.InRange(drawn.Average()!.Value, 0.74, 0.76);
    }
}
