using System.Buffers;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Augmentation.Intensity;

/// <summary>
/// Makes channels look as if they had been taken at a lower resolution: voxels are left out, then the image is brought
/// back to its size with cubic splines, each channel by a factor of its own. Probability 0.25, of each channel 0.5.
/// </summary>
/// <remarks>
/// The result stays within the range of the voxels that were kept.
/// Source: batchgenerators/augmentations/resample_augmentations.py, augment_linear_downsampling_scipy.
/// </remarks>
public sealed class LowResolutionAugmentation : ChannelAugmentation
{
    private const int Nearest = 0;
    private const int Cubic = 3;

    /// <summary>Resolution of a patch's first channels.</summary>
    /// <param name="channels">Number of image channels; what follows them in the patch is left as it is.</param>
    /// <param name="sliceWise">Whether no slices are left out, as for anisotropic patches; one slice alone always stays.</param>
    public LowResolutionAugmentation(int channels, bool sliceWise)
        : base(channels, probability: 0.25, channelProbability: 0.5)
    {
        SliceWise = sliceWise;
    }

    /// <summary>Whether no slices are left out.</summary>
    public bool SliceWise { get; }

    /// <summary>The range from which the share of voxels that an axis keeps is drawn, uniformly.</summary>
    /// <value>0.5 to 1.</value>
    public DrawRange Zoom { get; init; } = new(0.5, 1);

    /// <inheritdoc/>
    protected override string Label => "resolution";

    /// <inheritdoc/>
    protected override double DrawValue(ref RandomStream random) => Zoom.Uniform(ref random);

    /// <inheritdoc/>
    protected override void Change(Span<float> voxels, Extent extent, double value)
    {
        Extent small = new(SliceWise ? extent.Z : Kept(extent.Z, value), Kept(extent.Y, value), Kept(extent.X, value));
        if (small == extent) return;

        int count = checked((int)small.Count);
        float[] kept = ArrayPool<float>.Shared.Rent(count);
        SplineResampling.Resize(voxels, extent, kept.AsSpan(0, count), small, Nearest, degree: 1);
        SplineResampling.Resize(kept.AsSpan(0, count), small, voxels, extent, Cubic, degree: 1);
        ArrayPool<float>.Shared.Return(kept);
    }

    /// <summary>Rounded half to even, at least 1.</summary>
    private static int Kept(int count, double zoom) => Math.Max(1, (int)Math.Round(count * zoom));
}
