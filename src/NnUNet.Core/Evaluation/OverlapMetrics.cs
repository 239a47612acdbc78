using NnUNet.Foundation;

namespace NnUNet.Core.Evaluation;

// Each sentence is the formula; TP, FP, FN, TN are voxel counts. All as nnunet/evaluation/metrics.py defines them.

/// <summary>2 TP / (2 TP + FP + FN); undefined where both masks are empty.</summary>
[CatalogName("Dice")]
public sealed class DiceMetric : Metric
{
    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.HigherIsBetter;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN)
    {
        ConfusionCounts c = masks.Counts;
        return c.Predicted == 0 && c.Reference == 0
            ? whenUndefined
            : 2.0 * c.TruePositives / ((2 * c.TruePositives) + c.FalsePositives + c.FalseNegatives);
    }
}

/// <summary>TP / (TP + FP + FN); undefined where both masks are empty.</summary>
[CatalogName("Jaccard")]
public sealed class JaccardMetric : Metric
{
    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.HigherIsBetter;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN)
    {
        ConfusionCounts c = masks.Counts;
        return c.Predicted == 0 && c.Reference == 0
            ? whenUndefined
            : (double)c.TruePositives / (c.TruePositives + c.FalsePositives + c.FalseNegatives);
    }
}

/// <summary>TP / (TP + FP); undefined where the prediction is empty.</summary>
[CatalogName("Precision")]
public sealed class PrecisionMetric : Metric
{
    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.HigherIsBetter;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) =>
        masks.Counts.Predicted == 0 ? whenUndefined : (double)masks.Counts.TruePositives / masks.Counts.Predicted;
}

/// <summary>TP / (TP + FN); undefined where the reference is empty.</summary>
[CatalogName("Recall")]
public sealed class RecallMetric : Metric
{
    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.HigherIsBetter;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) =>
        masks.Counts.Reference == 0 ? whenUndefined : (double)masks.Counts.TruePositives / masks.Counts.Reference;
}

/// <summary>TN / (TN + FP); undefined where the reference fills the volume.</summary>
[CatalogName("True Negative Rate")]
public sealed class TrueNegativeRateMetric : Metric
{
    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.HigherIsBetter;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN)
    {
        ConfusionCounts c = masks.Counts;
        return c.Reference == c.Total ? whenUndefined : (double)c.TrueNegatives / (c.TrueNegatives + c.FalsePositives);
    }
}

/// <summary>FN / (TN + FN); undefined where the prediction fills the volume.</summary>
[CatalogName("False Omission Rate")]
public sealed class FalseOmissionRateMetric : Metric
{
    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.LowerIsBetter;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN)
    {
        ConfusionCounts c = masks.Counts;
        return c.Predicted == c.Total ? whenUndefined : (double)c.FalseNegatives / (c.FalseNegatives + c.TrueNegatives);
    }
}

/// <summary>(TP + TN) / all voxels.</summary>
[CatalogName("Accuracy")]
public sealed class AccuracyMetric : Metric
{
    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.HigherIsBetter;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) =>
        (double)(masks.Counts.TruePositives + masks.Counts.TrueNegatives) / masks.Counts.Total;
}

/// <summary>1 - <see cref="TrueNegativeRateMetric"/>.</summary>
[CatalogName("False Positive Rate")]
public sealed class FalsePositiveRateMetric : Metric
{
    private static readonly TrueNegativeRateMetric Complement = new();

    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.LowerIsBetter;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) => 1 - Complement.Compute(masks, whenUndefined);
}

/// <summary>1 - <see cref="RecallMetric"/>.</summary>
[CatalogName("False Negative Rate")]
public sealed class FalseNegativeRateMetric : Metric
{
    private static readonly RecallMetric Complement = new();

    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.LowerIsBetter;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) => 1 - Complement.Compute(masks, whenUndefined);
}

/// <summary>1 - <see cref="PrecisionMetric"/>.</summary>
[CatalogName("False Discovery Rate")]
public sealed class FalseDiscoveryRateMetric : Metric
{
    private static readonly PrecisionMetric Complement = new();

    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.LowerIsBetter;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) => 1 - Complement.Compute(masks, whenUndefined);
}

/// <summary>1 - <see cref="FalseOmissionRateMetric"/>.</summary>
[CatalogName("Negative Predictive Value")]
public sealed class NegativePredictiveValueMetric : Metric
{
    private static readonly FalseOmissionRateMetric Complement = new();

    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.HigherIsBetter;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) => 1 - Complement.Compute(masks, whenUndefined);
}

/// <summary>Voxels of the prediction.</summary>
[CatalogName("Total Positives Test")]
public sealed class TotalPositivesTestMetric : Metric
{
    /// <inheritdoc/>
    public override string Unit => "voxels";

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) => masks.Counts.Predicted;
}

/// <summary>Voxels outside the prediction.</summary>
[CatalogName("Total Negatives Test")]
public sealed class TotalNegativesTestMetric : Metric
{
    /// <inheritdoc/>
    public override string Unit => "voxels";

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) => masks.Counts.Total - masks.Counts.Predicted;
}

/// <summary>Voxels of the reference.</summary>
[CatalogName("Total Positives Reference")]
public sealed class TotalPositivesReferenceMetric : Metric
{
    /// <inheritdoc/>
    public override string Unit => "voxels";

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) => masks.Counts.Reference;
}

/// <summary>Voxels outside the reference. The name's small first letter is the original's.</summary>
[CatalogName("total Negatives Reference")]
public sealed class TotalNegativesReferenceMetric : Metric
{
    /// <inheritdoc/>
    public override string Unit => "voxels";

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN) => masks.Counts.Total - masks.Counts.Reference;
}
