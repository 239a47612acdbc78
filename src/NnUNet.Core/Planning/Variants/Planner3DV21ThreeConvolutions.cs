using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>As v2.1, with three convolutions for each resolution in the same memory. For 3d_fullres only: it trains on the data of v2.1.</summary>
/// <remarks>Source: nnunet/experiment_planning/alternative_experiment_planning/experiment_planner_baseline_3DUNet_v21_3convperstage.py.</remarks>
[CatalogName("ExperimentPlanner3D_v21_3cps")]
internal sealed class Planner3DV21ThreeConvolutions : Planner3DV21
{
    public override string PlansName => "nnUNetPlansv2.1_3cps";

    public override string? SharesDataOf => "ExperimentPlanner3D_v21";

    public override int ConvPerStage => 3;
}
