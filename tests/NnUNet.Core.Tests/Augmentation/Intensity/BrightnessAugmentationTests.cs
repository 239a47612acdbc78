using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Augmentation.Intensity;

public sealed class BrightnessAugmentationTests
{
    [SkippableFact]
    public void Brightness_EqualsTheRecordedOne()
    {
        AugmentationGolden golden = AugmentationGolden.Case("brightness_2d");
        PatchBuffer patch = IntensityCase.Input(golden);

        new BrightnessAugmentation(2).Apply(patch, IntensityCase.Values(golden, "factor_per_channel"));

        Assert.Equal(golden.Values("data_out"), AugmentationGolden.AllChannels(patch));
    }

    [Fact]
    public void Brightness_MultipliesEveryVoxel()
    {
        PatchBuffer patch = IntensityCase.Waves(new Extent(3, 5, 7));
        float[] expected = [.. patch.Channel(0).ToArray().Select(static v => v * 0.8f)];

        new BrightnessAugmentation(1).Apply(patch, IntensityCase.One(0.8));

        Assert.Equal(expected, patch.Channel(0).ToArray());
    }

    [Fact]
    public void Drawing_FollowsTheOriginalsProbabilities()
    {
        double?[] drawn = IntensityCase.Draws(new BrightnessAugmentation(1));

        Assert.InRange(drawn.Average(static d => d is null ? 0.0 : 1), 0.145, 0.155);
        Assert.InRange(drawn.Min()!.Value, 0.75, 0.751);
        Assert.InRange(drawn.Max()!.Value, 1.249, 1.25);
        Assert.InRange(drawn.Average()!.Value, 0.99, 1.01);
    }
}
