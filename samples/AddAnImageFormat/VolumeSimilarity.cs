using NnUNet.Core.Evaluation;
using NnUNet.Foundation;

namespace AddAnImageFormat;

/// <summary>How alike two volumes are in size, wherever they lie: 1 where they are equal, 0 where one of them is empty.</summary>
[CatalogName("Volume Similarity")]
public sealed class VolumeSimilarity : Metric
{
    /// <inheritdoc/>
    public override MetricSense Sense => MetricSense.HigherIsBetter;

    /// <inheritdoc/>
    public override double Compute(MaskPair masks, double whenUndefined = double.NaN)
    {
        long both = masks.Counts.Predicted + masks.Counts.Reference;
        return both == 0 ? whenUndefined : 1 - ((double)Math.Abs(masks.Counts.Predicted - masks.Counts.Reference) / both);
    }
}
