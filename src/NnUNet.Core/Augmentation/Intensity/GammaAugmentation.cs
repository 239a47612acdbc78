using System.Numerics.Tensors;
using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation.Intensity;

/// <summary>
/// Raises each channel's values, as shares of their range, to a power of its own, and gives the channel its old mean and
/// standard deviation back. Probability 0.3, of the inverted form 0.1.
/// </summary>
/// <remarks>
/// Inverted, the largest value of the channel is share 0, so that the power spreads the bright end.
/// Source: batchgenerators/augmentations/color_augmentations.py, augment_gamma, in the form that scales about the mean
/// (releases after September 2020; before, the mean came out wrong).
/// </remarks>
public sealed class GammaAugmentation : ChannelAugmentation
{
    private const double RangeFloor = 1e-7;
    private const double DeviationFloor = 1e-8;

    /// <summary>Values that stay in a core's first cache between the passes over them.</summary>
    private const int Block = 4096;

    /// <summary>Gamma of a patch's first channels.</summary>
    /// <param name="channels">Number of image channels; what follows them in the patch is left as it is.</param>
    /// <param name="inverted">Whether the image is inverted for it.</param>
    public GammaAugmentation(int channels, bool inverted)
        : base(channels, probability: inverted ? 0.1 : 0.3)
    {
        Inverted = inverted;
    }

    /// <summary>Whether the image is inverted for it.</summary>
    public bool Inverted { get; }

    /// <summary>The range from which the power is drawn: half of them are below 1, half above.</summary>
    /// <value>0.7 to 1.5.</value>
    public DrawRange Power { get; init; } = new(0.7, 1.5);

    /// <summary>Whether mean and standard deviation of the channel stay.</summary>
    /// <value>True.</value>
    public bool RetainStatistics { get; init; } = true;

    /// <inheritdoc/>
    protected override string Label => Inverted ? "inverted gamma" : "gamma";

    /// <inheritdoc/>
    protected override double DrawValue(ref RandomStream random) => Power.AroundOne(ref random);

    /// <inheritdoc/>
    protected override void Change(Span<float> voxels, Extent extent, double value)
    {
        if (voxels.IsEmpty) return;

        VoxelMoments before = VoxelMoments.Of(voxels);
        double range = before.Maximum - before.Minimum + RangeFloor;
        float sign = Inverted ? -1 : 1;
        float origin = Inverted ? before.Maximum : before.Minimum;
        VoxelSums sums = new(0);
        for (int start = 0; start < voxels.Length; start += Block)
        {
            // Shares of the range, 0 to 1, and their powers.
            Span<float> block = voxels.Slice(start, Math.Min(Block, voxels.Length - start));
            TensorPrimitives.Subtract(block, origin, block);
            TensorPrimitives.Multiply(block, (float)(sign / range), block);
            TensorPrimitives.Pow(block, (float)value, block);
            if (RetainStatistics) sums.Add(block);
        }

        // Back from shares to values.
        double scale = sign * range;
        double offset = origin;
        if (RetainStatistics)
        {
            scale *= before.Deviation / ((sums.Deviation * range) + DeviationFloor);
            offset = before.Mean - (sums.Mean * scale);
        }

        LinearMap.Apply(voxels, scale, offset);
    }
}
