using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>As v2.1, with larger patches for 11 GB of GPU memory.</summary>
/// <remarks>Source: nnunet/experiment_planning/alternative_experiment_planning/experiment_planner_baseline_3DUNet_v21_11GB.py.</remarks>
[CatalogName("ExperimentPlanner3D_v21_11GB")]
internal sealed class Planner3DV21For11GB : Planner3DV21
{
    public override string PlansName => "nnUNetPlansv2.1_big";

    public override string DataIdentifier => "nnUNetData_plans_v2.1_big";

    public override double MemoryReference => NetworkMemory.Reference3D * 11 / 8;
}
