using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>As v2.1, at a target spacing of 2 mm along each axis. <see cref="PlanningOptions.Spacing"/> gives any other.</summary>
/// <remarks>
/// Starts at 30 features, as the original does.
/// Source: nnunet/experiment_planning/alternative_experiment_planning/target_spacing/experiment_planner_baseline_3DUNet_v21_customTargetSpacing_2x2x2.py.
/// </remarks>
[CatalogName("ExperimentPlanner3D_v21_customTargetSpacing_2x2x2")]
internal sealed class Planner3DV21Spacing2x2x2 : Planner3DV21
{
    public override string PlansName => "nnUNetPlansv2.1_trgSp_2x2x2";

    public override string DataIdentifier => "nnUNetData_plans_v2.1_trgSp_2x2x2";

    public override int BaseNumFeatures => 30;

    protected override double[] TargetSpacing(DatasetFingerprint fingerprint) => [2, 2, 2];
}
