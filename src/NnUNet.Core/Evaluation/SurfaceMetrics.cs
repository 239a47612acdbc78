using NnUNet.Foundation;

namespace NnUNet.Core.Evaluation;

// Millimetres; undefined where a mask is empty or fills the volume. Source: nnunet/evaluation/metrics.py on medpy.metric.binary.

/// <summary>A measure in millimetres made from the distances between both surfaces.</summary>
public abstract class DistanceMetric : Metric
{
    /// <inheritdoc/>
    public sealed override MetricSense Sense => MetricSense.LowerIsBetter;

    /// <inheritdoc/>
    public sealed override string Unit => "mm";

    /// <inheritdoc/>
    public sealed override double Compute(MaskPair masks, double whenUndefined = double.NaN) =>
        masks.HasSurfaces ? Of(masks.Surfaces) : whenUndefined;

    /// <summary>The measure in millimetres.</summary>
    protected abstract double Of(SurfaceDistances surfaces);
}

/// <summary>The largest distance from a surface voxel of either mask to the other mask's surface.</summary>
[CatalogName("Hausdorff Distance")]
public sealed class HausdorffDistanceMetric : DistanceMetric
{
    /// <inheritdoc/>
    protected override double Of(SurfaceDistances surfaces) => surfaces.Maximum;
}

/// <summary>The 95th percentile of the joint list of both directions' surface distances.</summary>
[CatalogName("Hausdorff Distance 95")]
public sealed class HausdorffDistance95Metric : DistanceMetric
{
    /// <inheritdoc/>
    protected override double Of(SurfaceDistances surfaces) => surfaces.Percentile(95);
}

/// <summary>The mean distance from the prediction's surface to the reference's (one direction).</summary>
[CatalogName("Avg. Surface Distance")]
public sealed class AverageSurfaceDistanceMetric : DistanceMetric
{
    /// <inheritdoc/>
    protected override double Of(SurfaceDistances surfaces) => surfaces.MeanFromPrediction;
}

/// <summary>The mean of the joint list of both directions' surface distances.</summary>
/// <remarks>As medpy from 0.5.2 (2024) on; up to 0.5.1 it was the mean of the two directed means.</remarks>
[CatalogName("Avg. Symmetric Surface Distance")]
public sealed class AverageSymmetricSurfaceDistanceMetric : DistanceMetric
{
    /// <inheritdoc/>
    protected override double Of(SurfaceDistances surfaces) => surfaces.Mean;
}
