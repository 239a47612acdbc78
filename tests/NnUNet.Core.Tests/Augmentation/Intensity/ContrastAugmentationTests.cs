using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Augmentation.Intensity;

public sealed class ContrastAugmentationTests
{
    // Values are up to about 5 (largest seen 5e-7).
    private const double Float32Tolerance = 2e-6;

    [SkippableTheory]
    [InlineData("contrast_3d_down", true)]
    [InlineData("contrast_3d_up", true)]
    [InlineData("contrast_3d_no_preserve", false)]
    public void Contrast_EqualsTheRecordedOne(string name, bool preserveRange)
    {
        AugmentationGolden golden = AugmentationGolden.Case(name);
        PatchBuffer patch = IntensityCase.Input(golden);

        new ContrastAugmentation(2) { PreserveRange = preserveRange }.Apply(patch, IntensityCase.Values(golden, "factor_per_channel"));

        Golden.AssertClose(name, golden.Values("data_out"), AugmentationGolden.AllChannels(patch), Float32Tolerance);
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(1.2)]
    public void Contrast_EqualsThePlainFormula(double factor)
    {
        // Given
        PatchBuffer patch = IntensityCase.Waves(new Extent(3, 5, 7));
        double[] before = [.. patch.Channel(0).ToArray().Select(static v => (double)v)];
        double mean = before.Average();

        // When
        new ContrastAugmentation(1).Apply(patch, IntensityCase.One(factor));

        // Then
        double[] expected = [.. before.Select(v => Math.Clamp(((v - mean) * factor) + mean, before.Min(), before.Max()))];
        Golden.AssertClose("contrast", expected, [.. patch.Channel(0).ToArray().Select(static v => (double)v)], Float32Tolerance);
    }

    [Fact]
    public void Drawing_FollowsTheOriginalsProbabilities()
    {
        double?[] drawn = IntensityCase.Draws(new ContrastAugmentation(1));

        // Half of the factors below 1.
        Assert.InRange(drawn.Average(static d => d is null ? 0.0 : 1), 0.145, 0.155);
        Assert.InRange(drawn.Average(static d => d < 1 ? 1.0 : 0), 0.071, 0.079);
        Assert.InRange(drawn.Min()!.Value, 0.75, 0.751);
        Assert.InRange(drawn.Max()!.Value, 1.249, 1.25);
    }
}
