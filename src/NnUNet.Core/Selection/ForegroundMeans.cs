using NnUNet.Core.Evaluation;

namespace NnUNet.Core.Selection;

/// <summary>Adds the means over the foreground structures to a summary, under the key <c>mean</c>.</summary>
/// <remarks>Source: nnunet/evaluation/add_mean_dice_to_json.py; the label 99 is a label like any other here.</remarks>
internal static class ForegroundMeans
{
    private const string Key = "mean";

    /// <summary>The summary with the means of all its metrics.</summary>
    public static SegmentationSummary AddTo(SegmentationSummary summary)
    {
        SortedDictionary<string, SortedDictionary<string, double>> means = new(summary.Results.Mean, StringComparer.Ordinal);
        string[] metrics = [.. means.Where(static l => l.Key is not ("0" or Key)).SelectMany(static l => l.Value.Keys).Distinct(StringComparer.Ordinal)];
        means[Key] = new(metrics.ToDictionary(static m => m, summary.ForegroundMean), StringComparer.Ordinal);
        return summary with { Results = summary.Results with { Mean = means } };
    }
}
