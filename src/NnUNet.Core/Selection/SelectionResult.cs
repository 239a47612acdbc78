using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;

namespace NnUNet.Core.Selection;

/// <summary>A configuration, or two whose predictions are merged, with its pooled cross-validation.</summary>
public sealed record SelectionCandidate
{
    /// <summary>The configuration's name, or <c>ensemble_2d__TRAINER__PLANS--3d_fullres__TRAINER__PLANS</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The configurations: one, or two.</summary>
    public required ValueArray<string> Configurations { get; init; }

    /// <summary>The scores of the segmentations as they were predicted.</summary>
    public required SegmentationSummary Scores { get; init; }

    /// <summary>The postprocessing; null where none was asked for.</summary>
    public PostprocessingDecision? Postprocessing { get; init; }

    /// <summary>The postprocessing's file; null where none was asked for.</summary>
    public string? PostprocessingFile { get; init; }

    /// <summary>The mean Dice of the foreground structures before postprocessing, by which models are chosen.</summary>
    public double Score => Scores.ForegroundMean();

    /// <summary>The mean Dice of the foreground structures after postprocessing; NaN where none was asked for.</summary>
    public double PostprocessedScore { get; init; } = double.NaN;

    /// <summary>The structures of whose Dice the score is the mean: the regions where the models were trained on regions, else the foreground labels.</summary>
    public IReadOnlyList<EvaluationLabel> Judged => Scores.Judged;

    /// <summary>The structures by which any of several candidates is judged, each once: labels in ascending order, then regions.</summary>
    public static IReadOnlyList<EvaluationLabel> JudgedOf(IEnumerable<SelectionCandidate> candidates) =>
        [.. candidates.SelectMany(static c => c.Judged).DistinctBy(static s => s.Name).OrderBy(static s => s.IsRegion ? int.MaxValue : s.Values[0])];
}

/// <summary>The outcome of a comparison.</summary>
public sealed record SelectionResult
{
    /// <summary>The task's full name.</summary>
    public required string Task { get; init; }

    /// <summary>All that were compared: configurations first, then pairs.</summary>
    public required ValueArray<SelectionCandidate> Candidates { get; init; }

    /// <summary>Those with the best score: one, or several that are exactly equal, the one to take first.</summary>
    public required ValueArray<SelectionCandidate> Best { get; init; }

    /// <summary>The folds that were pooled.</summary>
    public required ValueArray<int> Folds { get; init; }

    /// <summary>What was missing, with the command that makes it; empty where nothing was.</summary>
    public required ValueArray<string> Missing { get; init; }

    /// <summary>The commands that predict with the one to take, one a line.</summary>
    public required ValueArray<string> Commands { get; init; }

    /// <summary>The commands that predict with others that are exactly equal, into folders of their own, one a line, each group below a comment; none where the best is alone.</summary>
    public ValueArray<string> Alternatives { get; init; } = [];

    /// <summary>What people call the labels, by label as text; none where no <c>dataset.json</c> tells.</summary>
    public IReadOnlyDictionary<string, string> LabelNames { get; init; } = new Dictionary<string, string>();

    /// <summary>The folder of <c>summary.csv</c>, <c>prediction_commands.txt</c> and the ensembles.</summary>
    public required string Folder { get; init; }
}

/// <summary>How far a comparison is.</summary>
/// <param name="Candidate">The configuration or pair in work.</param>
/// <param name="Step">What is done with it; empty when it is finished.</param>
/// <param name="CaseId">The case that was just done; empty when a step begins and when the candidate is finished.</param>
/// <param name="Done">Candidates that are finished.</param>
/// <param name="Total">All candidates.</param>
public readonly record struct SelectionProgress(string Candidate, string Step, string CaseId, int Done, int Total)
{
    /// <summary>Cases that are done in this step.</summary>
    public int StepDone { get; init; }

    /// <summary>Cases of this step; 0 when the candidate is finished.</summary>
    public int StepTotal { get; init; }
}
