using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Augmentation.Intensity;

public sealed class AdditiveBrightnessAugmentationTests
{
    [Fact]
    public void Brightness_IsAddedToEveryVoxel()
    {
        PatchBuffer patch = IntensityCase.Waves(new Extent(3, 5, 7));
        float[] expected = [.. patch.Channel(0).ToArray().Select(static v => v + 0.8f)];

        new AdditiveBrightnessAugmentation(1).Apply(patch, IntensityCase.One(0.8));

        Assert.Equal(expected, patch.Channel(0).ToArray());
    }

    [Fact]
    public void Drawing_FollowsTheOriginalsProbabilities()
    {
        double?[] drawn = IntensityCase.Draws(new AdditiveBrightnessAugmentation(1));

        Assert.InRange(drawn.Average(static d => d is null ? 0.0 : 1), 0.07, 0.08); // 0.15 of the samples, half of the channels
        Assert.InRange(drawn.Average()!.Value, -0.01, 0.01);
        Assert.InRange(Math.Sqrt(drawn.Average(static d => d * d)!.Value), 0.097, 0.103);
    }
}
