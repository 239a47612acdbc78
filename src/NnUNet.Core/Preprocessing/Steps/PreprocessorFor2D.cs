using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>The preprocessor of the 2D plans: the slices stay as they are, only their rows and columns are resampled.</summary>
[CatalogName("PreprocessorFor2D")]
public sealed class PreprocessorFor2D : CasePreprocessor
{
    /// <inheritdoc/>
    protected override bool KeepsSliceSpacing => true;
}
