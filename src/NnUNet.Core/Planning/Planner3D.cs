using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>Plans 3D networks: full resolution, and a low resolution where a patch sees too little of a case. The first version's rules.</summary>
/// <remarks>Source: nnunet/experiment_planning/experiment_planner_baseline_3DUNet.py, ExperimentPlanner.</remarks>
[CatalogName("ExperimentPlanner")]
public class Planner3D : ExperimentPlanner
{
    /// <summary>The edge in voxels along the coarsest axis of the isotropic patch from which shrinking starts.</summary>
    private const double StartingEdge = 512;

    /// <inheritdoc/>
    public override string PlansName => "nnUNetPlansfixed";

    /// <inheritdoc/>
    public override string DataIdentifier => "nnUNet";

    /// <inheritdoc/>
    public override int Dimensions => 3;

    /// <inheritdoc/>
    public override double MemoryReference => NetworkMemory.Reference3D;

    /// <summary>A low resolution is planned where the median case has at least this many times the voxels of a patch.</summary>
    public virtual double PatchesPerCaseAtLowResolution => 4;

    /// <summary>Factor by which the spacing grows in each step of the search for the low resolution.</summary>
    protected virtual double LowResolutionStep => 1.01;

    /// <inheritdoc/>
    protected override PoolingTopology Pool(ReadOnlySpan<double> spacing, ReadOnlySpan<int> patch) =>
        Pooling.Late(spacing, patch, MinFeatureMapEdge, MaxNumPool);

    /// <summary>The patch in voxels from which shrinking starts: isotropic in millimetres, not larger than the median case.</summary>
    protected virtual int[] StartingPatch(StageRequest request, int[] median)
    {
        double[] edges = [.. request.Spacing.Select(static s => 1 / s)];
        double mean = edges.Aggregate(0.0, static (sum, e) => sum + e) / edges.Length;
        for (int i = 0; i < edges.Length; i++) edges[i] /= mean;
        double scale = 1 / edges.Min() * StartingEdge;
        return [.. edges.Select((e, i) => (int)Math.Min(Math.Round(e * scale), median[i]))];
    }

    /// <summary>Completes a stage once its patch is found.</summary>
    protected virtual ConfigurationPlan Describe(StageRequest request, int[] median, PatchFit fit, int batchSize)
    {
        PoolingTopology topology = fit.Topology;
        return new ConfigurationPlan
        {
            BatchSize = batchSize,
            NumPoolPerAxis = topology.NumPoolPerAxis,
            PatchSize = topology.PatchSize,
            MedianPatientSizeInVoxels = [.. median],
            CurrentSpacing = request.Spacing,
            OriginalSpacing = request.TargetSpacing,
            DoDummy2DDataAug = topology.PatchSize.Max() / (double)topology.PatchSize[0] > AnisotropyThreshold,
            PoolOpKernelSizes = topology.PoolOpKernelSizes,
            ConvKernelSizes = topology.ConvKernelSizes,
            ApproxVramConsumption = fit.Memory,
        };
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<ConfigurationPlan> PlanStages(StageRequest fullResolution)
    {
        ConfigurationPlan full = PlanStage(fullResolution);
        double patches = Product(full.MedianPatientSizeInVoxels) / (double)Product(full.PatchSize);
        if (patches < PatchesPerCaseAtLowResolution) return [full];

        ConfigurationPlan? low = PlanLowResolution(fullResolution, full);
        bool worthIt = low is not null && 2 * Product(low.MedianPatientSizeInVoxels) < Product(full.MedianPatientSizeInVoxels);
        return worthIt ? [low!, full] : [full];
    }

    /// <summary>Plans one stage at its spacing.</summary>
    protected ConfigurationPlan PlanStage(StageRequest request)
    {
        int[] median = request.MedianVoxels();
        PatchFit fit = FitPatch(StartingPatch(request, median), median, request.Spacing.AsSpan(), request);
        double fits = Math.Floor(Math.Max(MemoryReference / fit.Memory, 1) * NetworkMemory.ReferenceBatch);
        int most = Math.Max(MaxBatchSize(median, fit.Topology.PatchSize, request.Cases), MinBatchSize);
        return Describe(request, median, fit, (int)Math.Min(fits, most));
    }

    /// <summary>Coarsens the spacing in small steps, the finer axes first, until a patch sees enough of the median case; null when it does already.</summary>
    private ConfigurationPlan? PlanLowResolution(StageRequest fullResolution, ConfigurationPlan full)
    {
        ConfigurationPlan? low = null;
        double[] spacing = fullResolution.Spacing.ToArray();
        double[] shape = fullResolution.MedianShape.ToArray();
        long patchVoxels = Product(full.PatchSize);
        while (WholeVoxels(shape) > PatchesPerCaseAtLowResolution * patchVoxels)
        {
            double coarsest = spacing.Max();
            bool[] fine = [.. spacing.Select(s => coarsest / s > 2)];
            bool all = !fine.Contains(true);
            for (int i = 0; i < spacing.Length; i++)
            {
                if (all || fine[i]) spacing[i] *= LowResolutionStep;
                shape[i] = fullResolution.TargetSpacing[i] / spacing[i] * fullResolution.MedianShape[i];
            }

            low = PlanStage(fullResolution with { Spacing = [.. spacing] });
            patchVoxels = Product(low.PatchSize);
        }

        return low;
    }

    /// <summary>Voxels of a shape whose edges are cut to whole numbers first, as numpy's product with an integer type does.</summary>
    private static long WholeVoxels(double[] shape) => shape.Aggregate(1L, static (product, edge) => checked(product * (long)edge));
}
