namespace NnUNet.Core.Augmentation.Intensity;

/// <summary>The noise of one sample.</summary>
/// <param name="StandardDeviation">In units of the voxels, the same for all channels; 0 leaves the sample as it is.</param>
/// <param name="Key">Which noise: the same key gives the same noise for every voxel and channel.</param>
public readonly record struct GaussianNoiseParameters(double StandardDeviation, long Key);

/// <summary>Adds normally distributed noise, independent for every voxel and channel.</summary>
/// <remarks>
/// Source: batchgenerators/augmentations/noise_augmentations.py, augment_gaussian_noise. What is called a variance there
/// is used as the standard deviation, there and here.
/// </remarks>
public sealed class GaussianNoiseAugmentation : PatchAugmentation<GaussianNoiseParameters>
{
    private readonly int _channels;

    /// <summary>Noise for a patch's first channels.</summary>
    /// <param name="channels">Number of image channels; what follows them in the patch is left as it is.</param>
    public GaussianNoiseAugmentation(int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channels);
        _channels = channels;
    }

    /// <summary>Probability that a sample is changed.</summary>
    /// <value>0.1.</value>
    public double Probability { get; init; } = 0.1;

    /// <summary>The range from which the standard deviation is drawn, uniformly.</summary>
    /// <value>0 to 0.1.</value>
    public DrawRange StandardDeviation { get; init; } = new(0, 0.1);

    /// <inheritdoc/>
    public override GaussianNoiseParameters Draw(ref RandomStream random)
    {
        if (!random.Bool(Probability)) return default;

        double deviation = StandardDeviation.Uniform(ref random);
        long high = random.NextBits();
        return new GaussianNoiseParameters(deviation, (high << 32) | random.NextBits());
    }

    /// <inheritdoc/>
    public override void Apply(PatchBuffer patch, in GaussianNoiseParameters parameters)
    {
        if (parameters.StandardDeviation == 0) return;

        for (int c = 0; c < Math.Min(_channels, patch.Channels); c++) NormalNoise.Add(patch.Channel(c), parameters.StandardDeviation, parameters.Key, c);
    }

    /// <inheritdoc/>
    protected override string? Describe(in GaussianNoiseParameters parameters) =>
        parameters.StandardDeviation == 0 ? null : FormattableString.Invariant($"noise {parameters.StandardDeviation:0.000}");
}
