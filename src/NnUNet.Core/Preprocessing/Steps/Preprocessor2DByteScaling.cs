using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>As <see cref="PreprocessorFor2D"/>, but 8-bit values are divided by 255: for colour images.</summary>
/// <remarks>Source: nnunet/preprocessing/custom_preprocessors/preprocessor_scale_RGB_to_0_1.py.</remarks>
[CatalogName("GenericPreprocessor_scale_uint8_to_0_1")]
public sealed class Preprocessor2DByteScaling : CasePreprocessor
{
    /// <inheritdoc/>
    protected override bool KeepsSliceSpacing => true;

    /// <inheritdoc/>
    protected override string SchemeOf(Plan plan, int channel) => "scale_uint8_to_0_1";
}
