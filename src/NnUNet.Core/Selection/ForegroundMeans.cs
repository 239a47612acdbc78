using NnUNet.Core.Evaluation;

namespace NnUNet.Core.Selection;

/// <summary>Adds the means over the foreground structures to a summary, under the key <c>mean</c>: those of labels to the labels', those of regions to the regions'.</summary>
/// <remarks>Source: nnunet/evaluation/add_mean_dice_to_json.py; the label 99 is a label like any other here.</remarks>
internal static class ForegroundMeans
{
    /// <summary>The summary with the means of all its metrics.</summary>
    public static SegmentationSummary AddTo(SegmentationSummary summary) => summary with
    {
        Results = summary.Results with { Mean = With(summary.Results.Mean) },
        Regions = summary.Regions is { } regions ? regions with { Mean = With(regions.Mean) } : null,
    };

    private static SortedDictionary<string, SortedDictionary<string, double>> With(SortedDictionary<string, SortedDictionary<string, double>> table)
    {
        SortedDictionary<string, SortedDictionary<string, double>> means = new(table, StringComparer.Ordinal);
        string[] metrics = [.. table.Where(static l => l.Key is not ("0" or SegmentationSummary.MeanKey)).SelectMany(static l => l.Value.Keys).Distinct(StringComparer.Ordinal)];
        means[SegmentationSummary.MeanKey] = new(metrics.ToDictionary(static m => m, m => SegmentationSummary.MeanOf(table, m)), StringComparer.Ordinal);
        return means;
    }
}
