using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps.V2;

/// <summary>The voxels stay as they are.</summary>
/// <remarks>Source: nnunetv2/preprocessing/normalization/default_normalization_schemes.py.</remarks>
[CatalogName(Name)]
public sealed class Unchanged : NormalizationScheme
{
    /// <summary>Its name in plans.</summary>
    public const string Name = "NoNormalization";

    /// <inheritdoc/>
    public override void Apply(Span<float> voxels, ReadOnlySpan<short> segmentation, bool useMask, ChannelIntensities? intensities)
    {
    }
}
