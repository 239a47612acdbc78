using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Evaluation;

/// <summary>The prediction's volume minus the reference's in millilitres; undefined for images of two dimensions.</summary>
/// <remarks>Positive where too much was segmented. Two empty masks have an error of 0.</remarks>
[CatalogName("Volume Error")]
public sealed class VolumeErrorMetric : Metric
{
    private const double CubicMillimetresPerMillilitre = 1000;

    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.ZeroIsBest;

    /// <inheritdoc/>
    public override string Unit => "ml";

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN)
    {
        if (masks.Prediction.Geometry.Dimensions == 2) return whenUndefined;

        Spacing spacing = masks.Prediction.Geometry.Spacing;
        double voxel = spacing.Z * spacing.Y * spacing.X / CubicMillimetresPerMillilitre;
        return (masks.Counts.Predicted - masks.Counts.Reference) * voxel;
    }
}

/// <summary>How far the volumes are apart in millilitres, without sign; undefined for images of two dimensions.</summary>
[CatalogName("Absolute Volume Error")]
public sealed class AbsoluteVolumeErrorMetric : Metric
{
    private static readonly VolumeErrorMetric Signed = new();

    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.LowerIsBetter;

    /// <inheritdoc/>
    public override string Unit => "ml";

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) =>
        masks.Prediction.Geometry.Dimensions == 2 ? whenUndefined : Math.Abs(Signed.Compute(masks));
}

/// <summary>The prediction's volume minus the reference's as a share of the reference's; undefined where the reference is empty.</summary>
/// <remarks>0 is right, 0.1 a tenth too much, -1 an empty prediction. For two dimensions it compares areas.</remarks>
[CatalogName("Relative Volume Error")]
public sealed class RelativeVolumeErrorMetric : Metric
{
    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.ZeroIsBest;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) => masks.Counts.Reference == 0
        ? whenUndefined
        : (double)(masks.Counts.Predicted - masks.Counts.Reference) / masks.Counts.Reference;
}

/// <summary><see cref="RelativeVolumeErrorMetric"/> without its sign.</summary>
[CatalogName("Absolute Relative Volume Error")]
public sealed class AbsoluteRelativeVolumeErrorMetric : Metric
{
    private static readonly RelativeVolumeErrorMetric Signed = new();

    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.LowerIsBetter;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) =>
        masks.Counts.Reference == 0 ? whenUndefined : Math.Abs(Signed.Compute(masks));
}
