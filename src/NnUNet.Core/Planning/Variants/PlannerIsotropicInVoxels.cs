using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>The first version's planner, with patches that are as isotropic as possible in voxels, cut from the whole median case.</summary>
/// <remarks>Source: nnunet/experiment_planning/alternative_experiment_planning/patch_size/experiment_planner_3DUNet_isotropic_in_voxels.py.</remarks>
[CatalogName("ExperimentPlanner3D_IsoPatchesInVoxels")]
internal sealed class PlannerIsotropicInVoxels : Planner3D
{
    public override string PlansName => "nnUNetPlansfixedisoPatchesInVoxels";

    public override string DataIdentifier => "nnUNetData_isoPatchesInVoxels";

    protected override int[] StartingPatch(StageRequest request, int[] median) => median;

    /// <summary>The longest edge; where all are equal the one with the largest spacing.</summary>
    protected override double[] ShrinkPriority(ReadOnlySpan<int> patch, ReadOnlySpan<int> median, ReadOnlySpan<double> spacing) =>
        patch.ContainsAnyExcept(patch[0]) ? [.. patch.ToArray()] : spacing.ToArray();
}
