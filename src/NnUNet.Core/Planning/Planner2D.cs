using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>Plans 2D networks that see whole slices. The first version's rules: the slice is never made smaller.</summary>
/// <remarks>Source: nnunet/experiment_planning/experiment_planner_baseline_2DUNet.py.</remarks>
[CatalogName("ExperimentPlanner2D")]
public class Planner2D : ExperimentPlanner
{
    /// <inheritdoc/>
    public override string PlansName => "nnUNetPlans";

    /// <inheritdoc/>
    public override string DataIdentifier => "nnUNet_2D";

    /// <inheritdoc/>
    public override int Dimensions => 2;

    /// <inheritdoc/>
    public override string PreprocessorName => "PreprocessorFor2D";

    /// <inheritdoc/>
    public override int MaxNumFeatures => 512;

    /// <inheritdoc/>
    public override double MemoryReference => NetworkMemory.Reference2D * NetworkMemory.ReferenceBatch2D / NetworkMemory.ReferenceBatch;

    /// <summary>Samples of a batch that the memory reference allows.</summary>
    /// <param name="memory">The memory estimate of the patch.</param>
    protected virtual double BatchInMemory(double memory) => Math.Floor(NetworkMemory.Reference2D / memory * NetworkMemory.ReferenceBatch2D);

    /// <inheritdoc/>
    protected override PoolingTopology Pool(ReadOnlySpan<double> spacing, ReadOnlySpan<int> patch) =>
        Pooling.BySpacing(spacing, patch, MinFeatureMapEdge, MaxNumPool);

    /// <summary>The patch (y, x) in voxels for a median slice.</summary>
    /// <exception cref="PlanningException">A batch of the slice does not fit the memory.</exception>
    protected virtual PatchFit FitSlice(int[] slice, ReadOnlySpan<double> spacing, StageRequest request)
    {
        PoolingTopology topology = Pool(spacing, slice);
        double memory = EstimateMemory(topology, request);
        return BatchInMemory(memory) >= MinBatchSize ? new PatchFit(topology, memory) : throw new PlanningException(
            $"planner {PlansName}",
            $"a batch of {MinBatchSize} slices of {topology.PatchSize} voxels (y, x) is too large for this planner, which takes whole slices only",
            "plan with ExperimentPlanner2D_v21, which takes patches of them");
    }

    /// <inheritdoc/>
    /// <remarks>The batch is at least 1, where the original gives 0 for very few slices.</remarks>
    protected override IReadOnlyList<ConfigurationPlan> PlanStages(StageRequest fullResolution)
    {
        int[] median = fullResolution.MedianVoxels();
        PatchFit fit = FitSlice(median[1..], fullResolution.Spacing.AsSpan()[1..], fullResolution);
        PoolingTopology topology = fit.Topology;
        return
        [
            new ConfigurationPlan
            {
                BatchSize = (int)Math.Max(1, Math.Min(BatchInMemory(fit.Memory), MaxBatchSize(median, topology.PatchSize, fullResolution.Cases))),
                NumPoolPerAxis = topology.NumPoolPerAxis,
                PatchSize = topology.PatchSize,
                MedianPatientSizeInVoxels = [.. median],
                CurrentSpacing = fullResolution.Spacing,
                OriginalSpacing = fullResolution.TargetSpacing,
                DoDummy2DDataAug = false,
                PoolOpKernelSizes = topology.PoolOpKernelSizes,
                ConvKernelSizes = topology.ConvKernelSizes,
                ApproxVramConsumption = EstimateFirstMemory(topology, topology.PatchSize.AsSpan(), fullResolution),
            },
        ];
    }
}
