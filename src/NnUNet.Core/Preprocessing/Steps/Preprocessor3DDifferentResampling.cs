using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>As <see cref="GenericPreprocessor"/>, but a coarse axis is resampled by cubic splines too, and linearly for segmentations.</summary>
[CatalogName("Preprocessor3DDifferentResampling")]
public sealed class Preprocessor3DDifferentResampling : CasePreprocessor
{
    /// <inheritdoc/>
    protected override ResamplingRule Images => base.Images with { OrderZ = 3 };

    /// <inheritdoc/>
    protected override ResamplingRule Segmentations => base.Segmentations with { OrderZ = 1 };
}
