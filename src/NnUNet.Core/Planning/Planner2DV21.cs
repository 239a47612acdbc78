using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>The default 2D planner: large slices are cut into patches.</summary>
/// <remarks>
/// The first estimate counts 30 features, those while shrinking count 32, as the original does: it decides some batch sizes.
/// Source: nnunet/experiment_planning/experiment_planner_baseline_2DUNet_v21.py.
/// </remarks>
[CatalogName("ExperimentPlanner2D_v21")]
public class Planner2DV21 : Planner2D
{
    private const int FirstFeatures = 30;

    /// <inheritdoc/>
    public override string PlansName => "nnUNetPlansv2.1";

    /// <inheritdoc/>
    public override string DataIdentifier => "nnUNetData_plans_v2.1_2D";

    /// <inheritdoc/>
    public override int BaseNumFeatures => 32;

    /// <inheritdoc/>
    protected override double BatchInMemory(double memory) => Math.Floor(MemoryReference / memory) * NetworkMemory.ReferenceBatch;

    /// <inheritdoc/>
    protected override PatchFit FitSlice(int[] slice, ReadOnlySpan<double> spacing, StageRequest request) => FitPatch(slice, slice, spacing, request);

    /// <inheritdoc/>
    protected override double EstimateFirstMemory(PoolingTopology topology, ReadOnlySpan<int> unpadded, StageRequest request) =>
        NetworkMemory.PlainUNet(topology.PatchSize.AsSpan(), topology.PoolOpKernelSizes, NetworkSizeFor(request) with { BaseFeatures = FirstFeatures });
}
