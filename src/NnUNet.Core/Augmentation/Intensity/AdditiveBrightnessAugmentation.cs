using System.Numerics.Tensors;
using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation.Intensity;

/// <summary>Adds a normally distributed number to each channel, one of its own. Probability 0.15, of each channel 0.5.</summary>
/// <remarks>Source: batchgenerators/augmentations/color_augmentations.py, augment_brightness_additive.</remarks>
public sealed class AdditiveBrightnessAugmentation : ChannelAugmentation
{
    /// <summary>Brightness of a patch's first channels.</summary>
    /// <param name="channels">Number of image channels; what follows them in the patch is left as it is.</param>
    public AdditiveBrightnessAugmentation(int channels)
        : base(channels, probability: 0.15, channelProbability: 0.5)
    {
    }

    /// <summary>Standard deviation of what is added; its mean is 0.</summary>
    /// <value>0.1.</value>
    public double StandardDeviation { get; init; } = 0.1;

    /// <inheritdoc/>
    protected override string Label => "brighter by";

    /// <inheritdoc/>
    protected override double DrawValue(ref RandomStream random) => random.Normal(0, StandardDeviation);

    /// <inheritdoc/>
    protected override void Change(Span<float> voxels, Extent extent, double value) => TensorPrimitives.Add(voxels, (float)value, voxels);
}
