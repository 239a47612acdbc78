using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Preprocessing;

/// <summary>As <see cref="PreprocessorFor2D"/>, but the voxels keep their values.</summary>
[CatalogName("PreprocessorFor2D_noNormalization")]
public sealed class PreprocessorFor2DWithoutNormalization : CasePreprocessor
{
    /// <inheritdoc/>
    protected override Spacing TargetSpacing(Spacing original, Spacing planned) => planned with { Z = original.Z };

    /// <inheritdoc/>
    protected override string SchemeOf(Plan plan, int channel) => "noNorm";
}
