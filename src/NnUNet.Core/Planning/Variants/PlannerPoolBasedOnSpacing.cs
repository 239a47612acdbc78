using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>The first version's planner, with the pooling of v2.1.</summary>
/// <remarks>Source: nnunet/experiment_planning/alternative_experiment_planning/pooling_and_convs/experiment_planner_baseline_3DUNet_poolBasedOnSpacing.py.</remarks>
[CatalogName("ExperimentPlannerPoolBasedOnSpacing")]
internal sealed class PlannerPoolBasedOnSpacing : Planner3D
{
    public override string PlansName => "nnUNetPlanspoolBasedOnSpacing";

    public override string DataIdentifier => "nnUNetData_poolBasedOnSpacing";

    protected override PoolingTopology Pool(ReadOnlySpan<double> spacing, ReadOnlySpan<int> patch) =>
        Pooling.BySpacing(spacing, patch, MinFeatureMapEdge, MaxNumPool);
}
