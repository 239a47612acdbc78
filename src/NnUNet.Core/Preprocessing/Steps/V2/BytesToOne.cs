using System.Numerics.Tensors;
using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps.V2;

/// <summary>8-bit values divided by 255, for colour images.</summary>
/// <remarks>Source: nnunetv2/preprocessing/normalization/default_normalization_schemes.py.</remarks>
[CatalogName(Name)]
public sealed class BytesToOne : NormalizationScheme
{
    /// <summary>Its name in plans.</summary>
    public const string Name = "RGBTo01Normalization";

    /// <inheritdoc/>
    /// <exception cref="PreprocessingException">A value is less than 0 or more than 255.</exception>
    public override void Apply(Span<float> voxels, ReadOnlySpan<short> segmentation, bool useMask, ChannelIntensities? intensities)
    {
        if (voxels.IsEmpty) return;
        (float low, float high) = (TensorPrimitives.Min<float>(voxels), TensorPrimitives.Max<float>(voxels));
        if (low < 0 || high > byte.MaxValue)
        {
            throw new PreprocessingException("image", FormattableString.Invariant($"it has values from {low:G6} to {high:G6}, but the model takes colours from 0 to 255"), "give an 8-bit colour image, one channel a colour");
        }

        TensorPrimitives.Divide(voxels, 255f, voxels);
    }
}
