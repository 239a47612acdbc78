using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>As <see cref="PreprocessorFor2D"/>, but the voxels keep their values.</summary>
[CatalogName("PreprocessorFor2D_noNormalization")]
public sealed class PreprocessorFor2DWithoutNormalization : CasePreprocessor
{
    /// <inheritdoc/>
    protected override bool KeepsSliceSpacing => true;

    /// <inheritdoc/>
    protected override string SchemeOf(Plan plan, int channel) => "noNorm";
}
