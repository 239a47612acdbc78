using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Augmentation.Intensity;

public sealed class GaussianBlurAugmentationTests
{
    // Values are up to about 5; float32 weights and sums of up to nine products an axis (largest seen 7e-7).
    private const double Float32Tolerance = 2e-6;

    [SkippableTheory]
    [InlineData("blur_3d_1")]
    [InlineData("blur_3d_only_channel1")]
    [InlineData("blur_2d")]
    public void Blur_EqualsTheRecordedOne(string name)
    {
        AugmentationGolden golden = AugmentationGolden.Case(name);
        PatchBuffer patch = IntensityCase.Input(golden);

        new GaussianBlurAugmentation(2).Apply(patch, IntensityCase.Values(golden, "sigma_per_channel"));

        Golden.AssertClose(name, golden.Values("data_out"), AugmentationGolden.AllChannels(patch), Float32Tolerance);
    }

    [Fact]
    public void Blur_EqualsThePlainSums()
    {
        // Given
        Extent extent = new(3, 9, 21);
        PatchBuffer patch = IntensityCase.Waves(extent);
        double[] expected = PlainBlur.Of(patch.Channel(0).ToArray(), extent, 0.9);

        // When
        new GaussianBlurAugmentation(1).Apply(patch, IntensityCase.One(0.9));

        // Then
        Golden.AssertClose("blur", expected, [.. patch.Channel(0).ToArray().Select(static v => (double)v)], Float32Tolerance);
    }

    [Fact]
    public void Drawing_FollowsTheOriginalsProbabilities()
    {
        double?[] drawn = IntensityCase.Draws(new GaussianBlurAugmentation(3));

        // A fifth of the samples, half of their channels.
        Assert.InRange(drawn.Average(static d => d is null ? 0.0 : 1), 0.095, 0.105);
        Assert.InRange(drawn.Min()!.Value, 0.5, 0.501);
        Assert.InRange(drawn.Max()!.Value, 0.999, 1);
        Assert.InRange(drawn.Average()!.Value, 0.74, 0.76);
    }

    [Fact]
    public void Channels_HaveStrengthsOfTheirOwn()
    {
        GaussianBlurAugmentation augmentation = new(2) { Probability = 1, ChannelProbability = 1 };
        RandomStream random = new(3, 0, 0, 0);

        ChannelValues values = augmentation.Draw(ref random);

        Assert.NotEqual(values.Values[0], values.Values[1]);
    }
}
