using NnUNet.Imaging.Foundation;

namespace NnUNet.Core.Evaluation;

// Millimetres; undefined where a mask is empty or fills the volume. Source: nnunet/evaluation/metrics.py on medpy.metric.binary.

/// <summary>The largest distance from a surface voxel of either mask to the other mask's surface.</summary>
[CatalogName("Hausdorff Distance")]
public sealed class HausdorffDistanceMetric : Metric
{
    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) =>
        masks.HasSurfaces ? masks.Surfaces.Maximum : whenUndefined;
}

/// <summary>The 95th percentile of the joint list of both directions' surface distances.</summary>
[CatalogName("Hausdorff Distance 95")]
public sealed class HausdorffDistance95Metric : Metric
{
    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) =>
        masks.HasSurfaces ? masks.Surfaces.Percentile(95) : whenUndefined;
}

/// <summary>The mean distance from the prediction's surface to the reference's (one direction).</summary>
[CatalogName("Avg. Surface Distance")]
public sealed class AverageSurfaceDistanceMetric : Metric
{
    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) =>
        masks.HasSurfaces ? masks.Surfaces.MeanFromPrediction : whenUndefined;
}

/// <summary>The mean of the joint list of both directions' surface distances.</summary>
/// <remarks>As medpy from 0.5.2 (2024) on; up to 0.5.1 it was the mean of the two directed means.</remarks>
[CatalogName("Avg. Symmetric Surface Distance")]
public sealed class AverageSymmetricSurfaceDistanceMetric : Metric
{
    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) =>
        masks.HasSurfaces ? masks.Surfaces.Mean : whenUndefined;
}
