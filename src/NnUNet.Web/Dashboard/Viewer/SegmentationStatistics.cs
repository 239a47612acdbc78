using System.Globalization;
using NnUNet.Core.Evaluation;
using NnUNet.Imaging;

namespace NnUNet.Web.Dashboard.Viewer;

/// <summary>Volumes of the labels of one case, and the Dice of each where there is a reference.</summary>
internal static class SegmentationStatistics
{
    private const double CubicMillimetresPerMillilitre = 1000;

    /// <summary>Counts both segmentations.</summary>
    /// <param name="prediction">The prediction; null for none.</param>
    /// <param name="reference">The reference; null for none.</param>
    /// <param name="declared">Labels that have a line even where they do not occur.</param>
    public static StatisticsAnswer Of(Volume<short>? prediction, Volume<short>? reference, IEnumerable<int> declared)
    {
        SortedDictionary<int, long> predicted = Count(prediction), true_ = Count(reference);
        int[] labels = [.. declared.Concat(predicted.Keys).Concat(true_.Keys).Where(static l => l > 0).Distinct().Order()];
        string? mismatch = prediction is not null && reference is not null ? CaseEvaluator.Mismatch(prediction, reference, checkGeometry: true) : null;
        Dictionary<int, double> dice = mismatch is null && prediction is not null && reference is not null && labels.Length > 0 ? Dice(prediction, reference, labels) : [];
        return new StatisticsAnswer(mismatch, [.. labels.Select(label => new LabelStatistics(
            label,
            dice.TryGetValue(label, out double value) && double.IsFinite(value) ? value : null,
            Millilitres(reference, true_, label),
            Millilitres(prediction, predicted, label)))]);
    }

    private static Dictionary<int, double> Dice(Volume<short> prediction, Volume<short> reference, int[] labels) =>
        CaseEvaluator.Evaluate(prediction, reference, EvaluationLabel.From(labels), new EvaluationOptions { Metrics = ["Dice"] })
            .Labels.ToDictionary(static label => int.Parse(label.Key, CultureInfo.InvariantCulture), static label => label.Value["Dice"]);

    private static double? Millilitres(Volume<short>? volume, SortedDictionary<int, long> counts, int label) =>
        volume is null ? null : counts.GetValueOrDefault(label) * volume.Geometry.ItkSpacing.Aggregate(1.0, static (product, one) => product * one) / CubicMillimetresPerMillilitre;

    private static SortedDictionary<int, long> Count(Volume<short>? labels)
    {
        SortedDictionary<int, long> counts = [];
        if (labels is null) return counts;
        ReadOnlySpan<short> voxels = labels.Voxels;
        for (int start = 0, end; start < voxels.Length; start = end)
        {
            // Label maps come in long runs.
            int run = voxels[start..].IndexOfAnyExcept(voxels[start]);
            end = run < 0 ? voxels.Length : start + run;
            counts[voxels[start]] = counts.GetValueOrDefault(voxels[start]) + end - start;
        }

        return counts;
    }
}

/// <summary>How a prediction compares with its reference.</summary>
/// <param name="Mismatch">Why the two cannot be compared; null where they can, or one is missing.</param>
/// <param name="Labels">A line for each label.</param>
internal sealed record StatisticsAnswer(string? Mismatch, IReadOnlyList<LabelStatistics> Labels);

/// <summary>One label of a case.</summary>
/// <param name="Value">The label.</param>
/// <param name="Dice">The Dice; null where it is not defined or there is nothing to compare.</param>
/// <param name="ReferenceMl">The reference's volume in millilitres.</param>
/// <param name="PredictionMl">The prediction's volume in millilitres.</param>
internal sealed record LabelStatistics(int Value, double? Dice, double? ReferenceMl, double? PredictionMl);
