using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace PluginPlanner;

/// <summary>As ExperimentPlanner3D_v21, for patches of about 32 voxels an edge: for trying things out on a machine without a GPU.</summary>
/// <remarks>Names of its own keep its plan and its preprocessed data beside those of the original planner.</remarks>
[CatalogName("ExperimentPlanner3D_v21_tiny")]
public sealed class TinyPatchPlanner : Planner3DV21
{
    /// <inheritdoc/>
    public override string PlansName => "nnUNetPlansv2.1_tiny";

    /// <inheritdoc/>
    public override string DataIdentifier => "nnUNetData_plans_v2.1_tiny";

    /// <summary>What a patch of 32 x 32 x 32 voxels needs; the planner in force allows about seventy times as much.</summary>
    public override double MemoryReference => 7_500_000;
}
