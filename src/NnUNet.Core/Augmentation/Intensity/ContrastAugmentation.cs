using System.Numerics.Tensors;
using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation.Intensity;

/// <summary>Spreads or narrows each channel about its mean by a factor of its own, within the channel's old range. Probability 0.15.</summary>
/// <remarks>Source: batchgenerators/augmentations/color_augmentations.py, augment_contrast.</remarks>
public sealed class ContrastAugmentation : ChannelAugmentation
{
    /// <summary>Contrast of a patch's first channels.</summary>
    /// <param name="channels">Number of image channels; what follows them in the patch is left as it is.</param>
    public ContrastAugmentation(int channels)
        : base(channels, probability: 0.15)
    {
    }

    /// <summary>The range from which the factor is drawn: half of the factors narrow, half spread.</summary>
    /// <value>0.75 to 1.25.</value>
    public DrawRange Factor { get; init; } = new(0.75, 1.25);

    /// <summary>Whether values beyond the channel's old range are cut off.</summary>
    /// <value>True.</value>
    public bool PreserveRange { get; init; } = true;

    /// <inheritdoc/>
    protected override string Label => "contrast";

    /// <inheritdoc/>
    protected override double DrawValue(ref RandomStream random) => Factor.AroundOne(ref random);

    /// <inheritdoc/>
    protected override void Change(Span<float> voxels, Extent extent, double value)
    {
        VoxelMoments before = VoxelMoments.Of(voxels);
        LinearMap.Apply(voxels, value, before.Mean * (1 - value));
        if (PreserveRange) TensorPrimitives.Clamp(voxels, before.Minimum, before.Maximum, voxels);
    }
}
