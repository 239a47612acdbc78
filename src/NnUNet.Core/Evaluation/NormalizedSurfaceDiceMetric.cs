using NnUNet.Foundation;

namespace NnUNet.Core.Evaluation;

/// <summary>
/// The share of both surfaces' area (2D: of both outlines' length) that lies at most <see cref="MaskPair.SurfaceTolerance"/> from
/// the other surface; 0 where one mask is empty, undefined where both are.
/// </summary>
/// <remarks>Nikolov et al., 2018; see <see cref="SurfaceElements"/>.</remarks>
[CatalogName(Name)]
public sealed class NormalizedSurfaceDiceMetric : Metric
{
    internal const string Name = "Normalized Surface Dice";

    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.HigherIsBetter;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) => masks.Counts switch
    {
        { Predicted: 0, Reference: 0 } => whenUndefined,
        { Predicted: 0 } or { Reference: 0 } => 0,
        _ => masks.Elements.ShareWithin(masks.SurfaceTolerance),
    };
}
