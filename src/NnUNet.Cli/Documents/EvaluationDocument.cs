using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;

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
}

/// <summary>The scores of one case, by label and metric.</summary>
internal sealed record EvaluatedCase(string Case, string? Reference, string? Prediction, SortedDictionary<string, SortedDictionary<string, double>> Labels);
