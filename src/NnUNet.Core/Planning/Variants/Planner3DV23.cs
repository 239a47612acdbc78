using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>As v2.1, with a preprocessor that resamples otherwise.</summary>
/// <remarks>Source: nnunet/experiment_planning/alternative_experiment_planning/experiment_planner_baseline_3DUNet_v23.py.</remarks>
[CatalogName("ExperimentPlanner3D_v23")]
internal sealed class Planner3DV23 : Planner3DV21
{
    public override string PlansName => "nnUNetPlansv2.3";

    public override string DataIdentifier => "nnUNetData_plans_v2.3";

    public override string PreprocessorName => "Preprocessor3DDifferentResampling";
}
