using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>As v2.1 in 2D, with 8-bit channels scaled to 0 to 1 instead of normalised by mean and deviation.</summary>
/// <remarks>Source: nnunet/experiment_planning/alternative_experiment_planning/normalization/experiment_planner_2DUNet_v21_RGB_scaleto_0_1.py.</remarks>
[CatalogName("ExperimentPlanner2D_v21_RGB_scaleTo_0_1")]
internal sealed class Planner2DV21ByteScaling : Planner2DV21
{
    public override string PlansName => "nnUNet_RGB_scaleTo_0_1";

    public override string DataIdentifier => "nnUNet_RGB_scaleTo_0_1";

    public override string PreprocessorName => "GenericPreprocessor_scale_uint8_to_0_1";
}
