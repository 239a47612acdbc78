using NnUNet.Imaging;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Core.Evaluation;

/// <summary>Scores one segmentation against its reference.</summary>
/// <remarks>Source: nnunet/evaluation/evaluator.py, Evaluator.evaluate.</remarks>
public static class CaseEvaluator
{
    private const double VoxelTolerance = 0.1;

    /// <summary>The metrics of all structures.</summary>
    /// <param name="prediction">The predicted label map; its spacing is used.</param>
    /// <param name="reference">The reference on the same grid.</param>
    /// <param name="labels">The structures; none means every value in either map, background included.</param>
    /// <param name="options">Which metrics; null for the original's.</param>
    /// <param name="cancel">Stops between structures.</param>
    /// <exception cref="EvaluationException">The maps differ in shape, or (unless switched off) lie at different places.</exception>
    /// <exception cref="CatalogException">A metric is not known.</exception>
    public static CaseScores Evaluate(
        Volume<short> prediction,
        Volume<short> reference,
        IReadOnlyList<EvaluationLabel> labels,
        EvaluationOptions? options = null,
        CancellationToken cancel = default)
    {
        options ??= new EvaluationOptions();
        if (Mismatch(prediction, reference, options.CheckGeometry) is { } mismatch)
        {
            throw new EvaluationException("prediction and reference", mismatch, "compare segmentations of the same image");
        }

        LabelPairCounts counts = new(prediction, reference);
        if (labels.Count == 0) labels = EvaluationLabel.From(counts.Labels);

        IReadOnlyList<string> names = options.AllMetrics;
        Metric[] metrics = [.. names.Select(Catalog<Metric>.Create)];
        SortedDictionary<string, SortedDictionary<string, double>> scores = new(StringComparer.Ordinal);
        foreach (EvaluationLabel label in labels)
        {
            cancel.ThrowIfCancellationRequested();
            MaskPair masks = new(prediction, reference, label, counts.Of(label), cancel);
            SortedDictionary<string, double> values = new(StringComparer.Ordinal);
            for (int i = 0; i < metrics.Length; i++) values[names[i]] = metrics[i].Compute(masks, options.WhenUndefined);
            scores[label.Name] = values;
        }

        return new CaseScores { Labels = scores };
    }

    /// <summary>Why two label maps cannot be compared; null when they can.</summary>
    internal static string? Mismatch(Volume<short> prediction, Volume<short> reference, bool checkGeometry)
    {
        if (prediction.Extent != reference.Extent)
        {
            return $"the prediction has {prediction.Extent} voxels (z, y, x), but the reference has {reference.Extent}";
        }

        if (!checkGeometry) return null;

        double apart = LargestCornerDistance(prediction.Geometry, reference.Geometry, prediction.Extent);
        return apart <= VoxelTolerance
            ? null
            : FormattableString.Invariant($"they lie at different places: corners of the volume are up to {apart:0.##} voxels apart (spacing {prediction.Geometry.Spacing} and {reference.Geometry.Spacing}, origin {prediction.Geometry.ItkOrigin} and {reference.Geometry.ItkOrigin})");
    }

    /// <summary>The largest distance between the same corner of two grids, in voxels of the first (its smallest spacing).</summary>
    private static double LargestCornerDistance(ImageGeometry first, ImageGeometry second, Extent extent)
    {
        double smallest = Math.Min(first.ItkSpacing[0], first.ItkSpacing[1]);
        if (first.Dimensions == 3) smallest = Math.Min(smallest, first.ItkSpacing[2]);

        double largest = 0;
        for (int corner = 0; corner < 8; corner++)
        {
            int[] index = [(corner & 1) * (extent.X - 1), ((corner >> 1) & 1) * (extent.Y - 1), (corner >> 2) * (extent.Z - 1)];
            double squared = 0;
            for (int axis = 0; axis < 3; axis++)
            {
                double difference = World(first, index, axis) - World(second, index, axis);
                squared += difference * difference;
            }

            largest = Math.Max(largest, Math.Sqrt(squared));
        }

        return largest / smallest;
    }

    private static double World(ImageGeometry geometry, int[] index, int axis)
    {
        double world = geometry.ItkOrigin[axis];
        for (int i = 0; i < 3; i++) world += geometry.ItkDirection[(axis * 3) + i] * geometry.ItkSpacing[i] * index[i];
        return world;
    }
}
