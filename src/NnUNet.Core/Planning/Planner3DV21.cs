using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>The default 3D planner: pools by spacing, starts at 32 features, and keeps a coarse axis finer than its median.</summary>
/// <remarks>Source: nnunet/experiment_planning/experiment_planner_baseline_3DUNet_v21.py.</remarks>
[CatalogName("ExperimentPlanner3D_v21")]
public class Planner3DV21 : Planner3D
{
    /// <summary>Millimetres that keep the coarse axis the coarsest when its percentile falls below the other spacings.</summary>
    private const double Gap = 1e-5;

    /// <inheritdoc/>
    public override string PlansName => "nnUNetPlansv2.1";

    /// <inheritdoc/>
    public override string DataIdentifier => "nnUNetData_plans_v2.1";

    /// <inheritdoc/>
    public override int BaseNumFeatures => 32;

    /// <summary>Percentile of the coarse axis' spacings that becomes its target where the data set is anisotropic.</summary>
    public virtual double CoarseAxisPercentile => 10;

    /// <inheritdoc/>
    /// <remarks>Counted as for 30 features; 32 are used because they train faster in half precision.</remarks>
    public override double MemoryReference => NetworkMemory.Reference3D * BaseNumFeatures / 30;

    /// <inheritdoc/>
    protected override PoolingTopology Pool(ReadOnlySpan<double> spacing, ReadOnlySpan<int> patch) =>
        Pooling.BySpacing(spacing, patch, MinFeatureMapEdge, MaxNumPool);

    /// <inheritdoc/>
    protected override double[] TargetSpacing(DatasetFingerprint fingerprint) =>
        AnisotropicTarget.Of(fingerprint, TargetSpacingPercentile, AnisotropyThreshold, CoarseAxisPercentile, CoarseTooFewVoxels, BoundCoarseAxis);

    /// <summary>Whether the coarse axis has so few voxels, compared with the other two, that the data set counts as anisotropic.</summary>
    /// <param name="coarseVoxels">Median voxels of the coarse axis.</param>
    /// <param name="otherVoxels">Median voxels of the other two.</param>
    protected virtual bool CoarseTooFewVoxels(double coarseVoxels, double[] otherVoxels) => coarseVoxels * AnisotropyThreshold < otherVoxels.Min();

    /// <summary>Keeps the coarse axis' target at or above the other spacings.</summary>
    /// <param name="coarse">The percentile in millimetres.</param>
    /// <param name="others">The target spacings of the other two axes in millimetres.</param>
    protected virtual double BoundCoarseAxis(double coarse, double[] others) => coarse < others.Max() ? others.Max() + Gap : coarse;
}
