using System.Numerics.Tensors;
using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation.Intensity;

/// <summary>Multiplies each channel by a factor of its own. Probability 0.15.</summary>
/// <remarks>Source: batchgenerators/augmentations/color_augmentations.py, augment_brightness_multiplicative.</remarks>
public sealed class BrightnessAugmentation : ChannelAugmentation
{
    /// <summary>Brightness of a patch's first channels.</summary>
    /// <param name="channels">Number of image channels; what follows them in the patch is left as it is.</param>
    public BrightnessAugmentation(int channels)
        : base(channels, probability: 0.15)
    {
    }

    /// <summary>The range from which the factor is drawn, uniformly.</summary>
    /// <value>0.75 to 1.25.</value>
    public DrawRange Factor { get; init; } = new(0.75, 1.25);

    /// <inheritdoc/>
    protected override string Label => "brightness";

    /// <inheritdoc/>
    protected override double DrawValue(ref RandomStream random) => Factor.Uniform(ref random);

    /// <inheritdoc/>
    protected override void Change(Span<float> voxels, Extent extent, double value) => TensorPrimitives.Multiply(voxels, (float)value, voxels);
}
