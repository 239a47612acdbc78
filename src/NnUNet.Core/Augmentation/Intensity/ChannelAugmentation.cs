using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation.Intensity;

/// <summary>A change of the intensities whose strength is one number per channel: the base class of all but the noise.</summary>
public abstract class ChannelAugmentation : PatchAugmentation<ChannelValues>
{
    private readonly int _channels;

    /// <summary>An augmentation of a patch's first channels.</summary>
    /// <param name="channels">Number of image channels; what follows them in the patch is left as it is.</param>
    /// <param name="probability">Default of <see cref="Probability"/>.</param>
    /// <param name="channelProbability">Default of <see cref="ChannelProbability"/>.</param>
    protected ChannelAugmentation(int channels, double probability, double channelProbability = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channels);
        _channels = channels;
        Probability = probability;
        ChannelProbability = channelProbability;
    }

    /// <summary>Probability that a sample is changed.</summary>
    /// <value>The original's, see the class.</value>
    public double Probability { get; init; }

    /// <summary>Probability of each channel of a sample that is changed.</summary>
    /// <value>The original's, see the class.</value>
    public double ChannelProbability { get; init; }

    /// <inheritdoc/>
    public sealed override ChannelValues Draw(ref RandomStream random)
    {
        if (!random.Bool(Probability)) return ChannelValues.None;

        double?[] values = new double?[_channels];
        for (int c = 0; c < values.Length; c++)
        {
            if (random.Bool(ChannelProbability)) values[c] = DrawValue(ref random);
        }

        return new ChannelValues(new(values));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are more values than channels.</exception>
    public sealed override void Apply(PatchBuffer patch, in ChannelValues parameters)
    {
        ReadOnlySpan<double?> values = parameters.Values.AsSpan();
        if (values.Length > patch.Channels) throw new ArgumentException($"there are {values.Length} values for {patch.Channels} channels", nameof(parameters));

        for (int c = 0; c < values.Length; c++)
        {
            if (values[c] is { } value) Change(patch.Channel(c), patch.Extent, value);
        }
    }

    /// <summary>What the change is called in a few words, for people.</summary>
    protected abstract string Label { get; }

    /// <inheritdoc/>
    protected override string? Describe(in ChannelValues parameters) => parameters.Values.Any(static v => v is not null) ? $"{Label} {parameters}" : null;

    /// <summary>Draws the number of one channel.</summary>
    protected abstract double DrawValue(ref RandomStream random);

    /// <summary>Changes one channel, on the caller's thread.</summary>
    /// <param name="voxels">The channel, z slowest.</param>
    /// <param name="extent">Voxel counts (z, y, x); z = 1 in 2D.</param>
    /// <param name="value">What was drawn.</param>
    protected abstract void Change(Span<float> voxels, Extent extent, double value);
}
