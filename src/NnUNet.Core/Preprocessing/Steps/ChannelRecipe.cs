using NnUNet.Core.Fingerprints;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>A channel of the images, and how it is normalised.</summary>
public sealed record ChannelRecipe
{
    /// <summary>The channel's name, such as CT or T2.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the <see cref="NormalizationScheme"/> in its catalogue.</summary>
    public required string Normalization { get; init; }

    /// <summary>Whether only voxels within the nonzero mask count.</summary>
    /// <value>False.</value>
    public bool UseMask { get; init; }

    /// <summary>The channel's intensities in the data set; null where they were not measured.</summary>
    public ChannelIntensities? Intensities { get; init; }
}
