using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>The first version's planner, with kernels of 3 along every axis at every resolution. It trains on the first version's data.</summary>
/// <remarks>Source: nnunet/experiment_planning/alternative_experiment_planning/pooling_and_convs/experiment_planner_baseline_3DUNet_allConv3x3.py.</remarks>
[CatalogName("ExperimentPlannerAllConv3x3")]
internal sealed class PlannerAllConv3x3 : Planner3D
{
    public override string PlansName => "nnUNetPlansallConv3x3";

    public override string? SharesDataOf => "ExperimentPlanner";

    protected override PoolingTopology Pool(ReadOnlySpan<double> spacing, ReadOnlySpan<int> patch)
    {
        PoolingTopology topology = base.Pool(spacing, patch);
        return topology with { ConvKernelSizes = [.. topology.ConvKernelSizes.Select(static _ => new ValueArray<int>([3, 3, 3]))] };
    }
}
