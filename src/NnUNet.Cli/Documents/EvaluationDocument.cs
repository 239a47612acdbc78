using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Interop.V2.Results;

namespace NnUNet.Cli.Documents;

/// <summary>Scores: <c>nnunet/evaluate/1</c>. A score that is not defined is null.</summary>
internal sealed record EvaluationDocument
{
    /// <summary>The document's kind and version.</summary>
    public const string Schema = "nnunet/evaluate/1";

    /// <summary>The folder of the references.</summary>
    public required string Reference { get; init; }

    /// <summary>The folder of the predictions.</summary>
    public required string Prediction { get; init; }

    /// <summary>The files that were written.</summary>
    public required IReadOnlyList<string> Written { get; init; }

    /// <summary>The mean Dice of the foreground: of the regions where there are any, else of the labels.</summary>
    public required double ForegroundMeanDice { get; init; }

    /// <summary>The regions that are scored beside the labels, and whose mean is that of the foreground.</summary>
    public required IReadOnlyList<LabelRegion> Regions { get; init; }

    /// <summary>Means over the cases, by label or region and metric.</summary>
    public required SortedDictionary<string, SortedDictionary<string, double>> Mean { get; init; }

    /// <summary>The scores of each case.</summary>
    public required IReadOnlyList<EvaluatedCase> Cases { get; init; }

    /// <summary>References without a prediction, which are not scored.</summary>
    public required IReadOnlyList<string> MissingPredictions { get; init; }

    /// <summary>A summary as a document.</summary>
    public static EvaluationDocument Of(SegmentationSummary summary, string reference, string prediction, IReadOnlyList<string> written) => new()
    {
        Reference = Path.GetFullPath(reference),
        Prediction = Path.GetFullPath(prediction),
        Written = written,
        ForegroundMeanDice = summary.ForegroundMean(),
        Regions = summary.Regions?.Definition ?? [],
        Mean = summary.Structures.Mean,
        Cases = [.. summary.Structures.All.Select(static c => new EvaluatedCase(c.CaseId, c.Reference, c.Test, c.Labels))],
        MissingPredictions = summary.MissingPredictions,
    };

    /// <summary>A summary of nnU-Net v2 as a document.</summary>
    /// <param name="summary">The scores.</param>
    /// <param name="structures">What was scored.</param>
    /// <param name="reference">The folder of the references.</param>
    /// <param name="prediction">The folder of the predictions.</param>
    /// <param name="ending">The ending of both.</param>
    /// <param name="written">The file that was written.</param>
    public static EvaluationDocument Of(ResultSummary summary, IReadOnlyList<ComponentRegion> structures, string reference, string prediction, string ending, string written) => new()
    {
        Reference = Path.GetFullPath(reference),
        Prediction = Path.GetFullPath(prediction),
        Written = [Path.GetFullPath(written)],
        ForegroundMeanDice = summary.Means.ForegroundDice,
        Regions = [.. structures.Where(static s => s.IsJoint).Select(static s => new LabelRegion(s.ToString(), s.Classes)).DistinctBy(static r => r.Name)],
        Mean = Sorted(summary.Means.Mean.Select(static m => KeyValuePair.Create(m.Key, Sorted(m.Value)))),
        Cases = [.. summary.Cases.Select((pair, i) => new EvaluatedCase(
            CaseName.Of(pair.Prediction),
            pair.Reference,
            pair.Prediction,
            Sorted(summary.Structures.Select((key, s) => KeyValuePair.Create(key, Sorted(SummaryMeans.Metrics.Select(m => KeyValuePair.Create(m.Name, m.Of(summary.Counts[i][s])))))))))],
        MissingPredictions = [.. ResultSummary.Files(reference, ending).Except(summary.Cases.Select(static c => Path.GetFileName(c.Reference)), StringComparer.Ordinal)],
    };

    private static SortedDictionary<string, T> Sorted<T>(IEnumerable<KeyValuePair<string, T>> values) => new(new Dictionary<string, T>(values), StringComparer.Ordinal);
}

/// <summary>The scores of one case, by label and metric.</summary>
internal sealed record EvaluatedCase(string Case, string? Reference, string? Prediction, SortedDictionary<string, SortedDictionary<string, double>> Labels);
