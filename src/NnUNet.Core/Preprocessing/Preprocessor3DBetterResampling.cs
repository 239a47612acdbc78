using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing;

/// <summary>Cubic splines along all axes at once, for images and segmentations, however coarse an axis is.</summary>
[CatalogName("Preprocessor3DBetterResampling")]
public sealed class Preprocessor3DBetterResampling : CasePreprocessor
{
    /// <inheritdoc/>
    protected override int LabelOrder => 3;

    /// <inheritdoc/>
    protected override bool? ForceSeparateZ => false;
}
