using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>The first version's planner, with the lower percentile of v2.1 for a coarse axis, not bounded by the other axes.</summary>
/// <remarks>Source: nnunet/experiment_planning/alternative_experiment_planning/target_spacing/experiment_planner_baseline_3DUNet_targetSpacingForAnisoAxis.py.</remarks>
[CatalogName("ExperimentPlannerTargetSpacingForAnisoAxis")]
internal sealed class PlannerTargetSpacingForAnisoAxis : Planner3D
{
    private const double CoarseAxisPercentile = 10;

    public override string PlansName => "nnUNetPlanstargetSpacingForAnisoAxis";

    public override string DataIdentifier => "nnUNetData_targetSpacingForAnisoAxis";

    protected override double[] TargetSpacing(DatasetFingerprint fingerprint) => AnisotropicTarget.Of(
        fingerprint,
        TargetSpacingPercentile,
        AnisotropyThreshold,
        CoarseAxisPercentile,
        (coarse, others) => coarse * AnisotropyThreshold < others.Max(),
        static (coarse, _) => coarse);
}
