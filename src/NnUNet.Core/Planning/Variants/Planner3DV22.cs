using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>As v2.1, but the coarse axis' target never falls below the anisotropy threshold times the other spacings.</summary>
/// <remarks>Source: nnunet/experiment_planning/alternative_experiment_planning/experiment_planner_baseline_3DUNet_v22.py.</remarks>
[CatalogName("ExperimentPlanner3D_v22")]
internal sealed class Planner3DV22 : Planner3DV21
{
    public override string PlansName => "nnUNetPlansv2.2";

    public override string DataIdentifier => "nnUNetData_plans_v2.2";

    protected override double BoundCoarseAxis(double coarse, double[] others) => Math.Max(others.Max() * AnisotropyThreshold, coarse);
}
