using NnUNet.Foundation;

namespace NnUNet.Core.Planning.Variants;

/// <summary>As v2.1, for the network with a residual encoder. It trains on the data of v2.1.</summary>
/// <remarks>
/// The strides start with a stage of [1, 1, 1]: one entry for each resolution. The first estimate counts the patch before
/// padding, as the original's does.
/// Source: nnunet/experiment_planning/alternative_experiment_planning/experiment_planner_residual_3DUNet_v21.py.
/// </remarks>
[CatalogName("ExperimentPlanner3DFabiansResUNet_v21")]
internal sealed class ResidualPlanner3DV21 : Planner3DV21
{
    private const int MostEncoderBlocks = 4;

    public override string PlansName => "nnUNetPlans_FabiansResUNet_v2.1";

    public override string? SharesDataOf => "ExperimentPlanner3D_v21";

    public override double MemoryReference => NetworkMemory.ReferenceResidual3D;

    protected override PoolingTopology Pool(ReadOnlySpan<double> spacing, ReadOnlySpan<int> patch)
    {
        PoolingTopology topology = base.Pool(spacing, patch);
        return topology with { PoolOpKernelSizes = [[1, 1, 1], .. topology.PoolOpKernelSizes] };
    }

    protected override double EstimateMemory(PoolingTopology topology, StageRequest request) =>
        Estimate(topology, topology.PatchSize.AsSpan(), request);

    protected override double EstimateFirstMemory(PoolingTopology topology, ReadOnlySpan<int> unpadded, StageRequest request) =>
        Estimate(topology, unpadded, request);

    protected override ConfigurationPlan Describe(StageRequest request, int[] median, PatchFit fit, int batchSize) =>
        base.Describe(request, median, fit, batchSize) with
        {
            NumBlocksEncoder = [.. Encoder(fit.Topology)],
            NumBlocksDecoder = [.. Decoder(fit.Topology)],
        };

    /// <summary>One block at full resolution, one more at each further one, at most four.</summary>
    private static int[] Encoder(PoolingTopology topology) =>
        [.. topology.PoolOpKernelSizes.Select(static (_, level) => Math.Min(level + 1, MostEncoderBlocks))];

    private static int[] Decoder(PoolingTopology topology) => [.. topology.PoolOpKernelSizes.Skip(1).Select(static _ => 1)];

    private double Estimate(PoolingTopology topology, ReadOnlySpan<int> patch, StageRequest request) => NetworkMemory.ResidualUNet(
        patch,
        topology.PoolOpKernelSizes,
        Encoder(topology),
        Decoder(topology),
        NetworkSizeFor(request),
        NetworkMemory.ReferenceBatch);
}
