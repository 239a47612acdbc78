using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Augmentation.Intensity;

/// <summary>
/// Smooths channels with a Gaussian, each with a standard deviation in voxels of its own; in 3D along all three axes,
/// where slices are rotated by themselves too. Probability 0.2, of each channel 0.5.
/// </summary>
/// <remarks>Source: batchgenerators/augmentations/noise_augmentations.py, augment_gaussian_blur.</remarks>
public sealed class GaussianBlurAugmentation : ChannelAugmentation
{
    /// <summary>Smoothing of a patch's first channels.</summary>
    /// <param name="channels">Number of image channels; what follows them in the patch is left as it is.</param>
    public GaussianBlurAugmentation(int channels)
        : base(channels, probability: 0.2, channelProbability: 0.5)
    {
    }

    /// <summary>The range from which the standard deviation in voxels is drawn, uniformly.</summary>
    /// <value>0.5 to 1.</value>
    public DrawRange Sigma { get; init; } = new(0.5, 1);

    /// <inheritdoc/>
    protected override string Label => "blur";

    /// <inheritdoc/>
    protected override double DrawValue(ref RandomStream random) => Sigma.Uniform(ref random);

    /// <inheritdoc/>
    protected override void Change(Span<float> voxels, Extent extent, double value) =>
        GaussianFilter.Apply(voxels, extent, (extent.Z > 1 ? value : 0, value, value), FilterBorder.Reflect, degree: 1);
}
