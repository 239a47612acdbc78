using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Evaluation;

/// <summary>Scores one segmentation against its reference.</summary>
/// <remarks>Source: nnunet/evaluation/evaluator.py, Evaluator.evaluate.</remarks>
public static class CaseEvaluator
{
    /// <summary>The metrics of all structures.</summary>
    /// <param name="prediction">The predicted label map; its spacing is used.</param>
    /// <param name="reference">The reference on the same grid.</param>
    /// <param name="labels">The structures; none means every value in either map, background included.</param>
    /// <param name="options">Which metrics; null for the original's.</param>
    /// <param name="cancel">Stops between structures.</param>
    /// <exception cref="EvaluationException">The maps differ in shape, or (unless switched off) lie at different places.</exception>
    /// <exception cref="CatalogException">A metric is not known.</exception>
    /// <exception cref="DescribedException">A tolerance is not possible.</exception>
    public static CaseScores Evaluate(
        Volume<short> prediction,
        Volume<short> reference,
        IReadOnlyList<EvaluationLabel> labels,
        EvaluationOptions? options = null,
        CancellationToken cancel = default)
    {
        options ??= new EvaluationOptions();
        options.Check();
        if (Mismatch(prediction, reference, options.CheckGeometry) is { } mismatch)
        {
            throw new EvaluationException("prediction and reference", mismatch, "compare segmentations of the same image");
        }

        ConfusionMatrix counts = new(prediction, reference);
        if (labels.Count == 0) labels = EvaluationLabel.From(counts.Labels);

        IReadOnlyList<string> names = options.AllMetrics;
        Metric[] metrics = [.. names.Select(Catalog<Metric>.Create)];
        SortedDictionary<string, SortedDictionary<string, double>> scores = new(StringComparer.Ordinal);
        foreach (EvaluationLabel label in labels)
        {
            cancel.ThrowIfCancellationRequested();
            MaskPair masks = new(prediction, reference, label, counts.Of(label), options.ToleranceOf(label.Name), cancel);
            SortedDictionary<string, double> values = new(StringComparer.Ordinal);
            for (int i = 0; i < metrics.Length; i++) values[names[i]] = metrics[i].Compute(masks, options.WhenUndefined);
            scores[label.Name] = values;
        }

        return new CaseScores
        {
            Labels = scores,
            NotScored = counts.Without(labels),
            Regions = labels.Where(static l => l.IsRegion).Select(static l => new LabelRegion(l.Name, l.Values)).ToValueArray(),
        };
    }

    /// <summary>Why two label maps cannot be compared; null when they can.</summary>
    internal static string? Mismatch(Volume<short> prediction, Volume<short> reference, bool checkGeometry)
    {
        if (prediction.Extent != reference.Extent)
        {
            return $"the prediction has {prediction.Extent} voxels (z, y, x), but the reference has {reference.Extent}";
        }

        return checkGeometry && GeometryComparison.Difference(prediction.Extent, prediction.Geometry, reference.Extent, reference.Geometry) is { } difference
            ? $"the prediction lies at another place than the reference: {difference}"
            : null;
    }
}
