using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>As v2.1, with larger patches for 32 GB of GPU memory.</summary>
/// <remarks>Source: nnunet/experiment_planning/alternative_experiment_planning/experiment_planner_baseline_3DUNet_v21_32GB.py.</remarks>
[CatalogName("ExperimentPlanner3D_v21_32GB")]
internal sealed class Planner3DV21For32GB : Planner3DV21
{
    public override string PlansName => "nnUNetPlansv2.1_verybig";

    public override string DataIdentifier => "nnUNetData_plans_v2.1_verybig";

    public override double MemoryReference => NetworkMemory.Reference3D * 32 / 8;
}
