using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps.V2;

/// <summary>For CT: clipped to the 0.5th and 99.5th percentile of the data set's foreground, then by its mean and deviation; no mask is used.</summary>
/// <remarks>Source: nnunetv2/preprocessing/normalization/default_normalization_schemes.py.</remarks>
[CatalogName(Name)]
public sealed class ClippedIntensities : NormalizationScheme
{
    /// <summary>Its name in plans.</summary>
    public const string Name = "CTNormalization";

    /// <inheritdoc/>
    public override bool NeedsIntensities => true;

    /// <inheritdoc/>
    public override void Apply(Span<float> voxels, ReadOnlySpan<short> segmentation, bool useMask, ChannelIntensities? intensities)
    {
        ArgumentNullException.ThrowIfNull(intensities);
        ClampAndStandardize(voxels, (float)intensities.Percentile005, (float)intensities.Percentile995, intensities.Mean, Math.Max(intensities.Sd, 1e-8));
    }
}
