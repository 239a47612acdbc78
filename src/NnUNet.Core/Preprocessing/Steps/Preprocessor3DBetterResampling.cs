using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>Cubic splines along all axes at once, for images and segmentations, however coarse an axis is.</summary>
[CatalogName("Preprocessor3DBetterResampling")]
public sealed class Preprocessor3DBetterResampling : CasePreprocessor
{
    /// <inheritdoc/>
    protected override ResamplingRule Images => base.Images with { ForceSeparateZ = false };

    /// <inheritdoc/>
    protected override ResamplingRule Segmentations => new() { Order = 3, OrderZ = 0, ForceSeparateZ = false };
}
