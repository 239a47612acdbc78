using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Augmentation.Intensity;

public sealed class GammaAugmentationTests
{
    // Ranges are up to about 10; powers in float32 (largest seen 1.3e-6).
    private const double Float32Tolerance = 3e-6;

    [SkippableTheory]
    [InlineData("gamma_3d", false)]
    [InlineData("gamma_2d", false)]
    [InlineData("gamma_2d_inverted", true)]
    public void Gamma_EqualsTheRecordedCorrectedOne(string name, bool inverted)
    {
        AugmentationGolden golden = AugmentationGolden.Case(name);
        PatchBuffer patch = IntensityCase.Input(golden);

        new GammaAugmentation(2, inverted).Apply(patch, IntensityCase.Values(golden, "gamma_per_channel"));

        Golden.AssertClose(name, golden.Values("data_out_after_bugfix"), AugmentationGolden.AllChannels(patch), Float32Tolerance);
    }

    [SkippableFact]
    public void GammaWithoutRetainedStatistics_EqualsTheRecordedOne()
    {
        AugmentationGolden golden = AugmentationGolden.Case("gamma_3d_no_retain");
        PatchBuffer patch = IntensityCase.Input(golden);

        new GammaAugmentation(2, inverted: false) { RetainStatistics = false }.Apply(patch, IntensityCase.Values(golden, "gamma_per_channel"));

        Golden.AssertClose("gamma_3d_no_retain", golden.Values("data_out"), AugmentationGolden.AllChannels(patch), Float32Tolerance);
    }

    // More voxels than one block of the vectorised loop.
    [Theory]
    [InlineData(0.7, false)]
    [InlineData(1.5, false)]
    [InlineData(0.7, true)]
    [InlineData(1.5, true)]
    public void Gamma_EqualsThePlainFormula(double power, bool inverted)
    {
        // Given
        PatchBuffer patch = IntensityCase.Waves(new Extent(7, 31, 53));
        double[] expected = PlainGamma.Of(patch.Channel(0).ToArray(), power, inverted);

        // When
        new GammaAugmentation(1, inverted).Apply(patch, IntensityCase.One(power));

        // Then
        Golden.AssertClose("gamma", expected, [.. patch.Channel(0).ToArray().Select(static v => (double)v)], Float32Tolerance);
    }

    [Fact]
    public void Gamma_KeepsMeanAndDeviation()
    {
        PatchBuffer patch = IntensityCase.Waves(new Extent(7, 31, 53));
        VoxelMoments before = VoxelMoments.Of(patch.Channel(0));

        new GammaAugmentation(1, inverted: false).Apply(patch, IntensityCase.One(0.7));

        VoxelMoments after = VoxelMoments.Of(patch.Channel(0));
        Assert.Equal(before.Mean, after.Mean, 1e-6);
        Assert.Equal(before.Deviation, after.Deviation, 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AConstantImage_StaysAsItIs(bool inverted)
    {
        PatchBuffer patch = IntensityCase.Waves(new Extent(2, 30, 40));
        patch.Channel(0).Fill(0.1f);

        new GammaAugmentation(1, inverted).Apply(patch, IntensityCase.One(1.4));

        Assert.All(patch.Channel(0).ToArray(), static v => Assert.Equal(0.1f, v));
    }

    [Theory]
    [InlineData(false, 0.3)]
    [InlineData(true, 0.1)]
    public void Drawing_FollowsTheOriginalsProbabilities(bool inverted, double probability)
    {
        double?[] drawn = IntensityCase.Draws(new GammaAugmentation(1, inverted));

        // Half of the powers below 1.
        Assert.InRange(drawn.Average(static d => d is null ? 0.0 : 1), probability - 0.008, probability + 0.008);
        Assert.InRange(drawn.Count(static d => d < 1) / (double)drawn.Count(static d => d is not null), 0.48, 0.52);
        Assert.InRange(drawn.Min()!.Value, 0.7, 0.701);
        Assert.InRange(drawn.Max()!.Value, 1.499, 1.5);
    }
}
