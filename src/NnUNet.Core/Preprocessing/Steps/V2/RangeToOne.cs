using System.Numerics.Tensors;
using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps.V2;

/// <summary>Every case's own range becomes 0 to 1.</summary>
/// <remarks>Source: nnunetv2/preprocessing/normalization/default_normalization_schemes.py.</remarks>
[CatalogName(Name)]
public sealed class RangeToOne : NormalizationScheme
{
    /// <summary>Its name in plans.</summary>
    public const string Name = "RescaleTo01Normalization";

    /// <inheritdoc/>
    public override void Apply(Span<float> voxels, ReadOnlySpan<short> segmentation, bool useMask, ChannelIntensities? intensities)
    {
        if (voxels.IsEmpty) return;
        TensorPrimitives.Subtract(voxels, TensorPrimitives.Min<float>(voxels), voxels);
        TensorPrimitives.Divide(voxels, Math.Max(TensorPrimitives.Max<float>(voxels), 1e-8f), voxels);
    }
}
