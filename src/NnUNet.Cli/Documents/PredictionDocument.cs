using NnUNet.Core.Results;
using NnUNet.Torch.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Cli.Documents;

/// <summary>What was predicted, and what failed: <c>nnunet/predict/1</c>.</summary>
internal sealed record PredictionDocument
{
    /// <summary>The document's kind and version.</summary>
    public const string Schema = "nnunet/predict/1";

    /// <summary>The model's folder.</summary>
    public required string Model { get; init; }

    /// <summary>The folder of the images.</summary>
    public required string Input { get; init; }

    /// <summary>The folder of the segmentations.</summary>
    public required string Output { get; init; }

    /// <summary>The folds whose networks predict.</summary>
    public required IReadOnlyList<string> Folds { get; init; }

    /// <summary>The ending of the segmentations.</summary>
    public required string Ending { get; init; }

    /// <summary>Cases that were predicted.</summary>
    public required IReadOnlyList<string> Predicted { get; init; }

    /// <summary>Cases that were there already.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>Cases that were there and were postprocessed now.</summary>
    public required IReadOnlyList<string> Postprocessed { get; init; }

    /// <summary>Cases that were there, made of other files or in another way, and were moved away.</summary>
    public required IReadOnlyList<RemarkedCase> Outdated { get; init; }

    /// <summary>Cases that were there and were left as they are, since nothing says how they were made.</summary>
    public required IReadOnlyList<RemarkedCase> Unknown { get; init; }

    /// <summary>Whether <c>plans.json</c> and <c>postprocessing.json</c> in the output folder are true of all segmentations there.</summary>
    public required bool Described { get; init; }

    /// <summary>Cases that failed.</summary>
    public required IReadOnlyList<FailedCase> Failures { get; init; }

    /// <summary>What was odd about cases' files and was put right.</summary>
    public required IReadOnlyList<CaseWarning> CaseWarnings { get; init; }

    /// <summary>Images that belong to no case.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }

    /// <summary>The regions that keep only their largest part; null where the model has no <c>postprocessing.json</c>.</summary>
    public required IReadOnlyList<string>? LargestPartOnly { get; init; }

    /// <summary>Where the time went; null where no case was predicted.</summary>
    public required PredictionSeconds? Seconds { get; init; }

    /// <summary>A report as a document.</summary>
    public static PredictionDocument Of(ChosenModel model, string input, string output, PredictReport report) => new()
    {
        Model = model.Folder.Path,
        Input = Path.GetFullPath(input),
        Output = Path.GetFullPath(output),
        Folds = [.. model.Folds],
        Ending = report.Ending,
        Predicted = report.Predicted,
        Skipped = report.Skipped,
        Postprocessed = report.Postprocessed,
        Outdated = RemarkedCase.Of(report.Outdated),
        Unknown = RemarkedCase.Of(report.Unknown),
        Described = report.Described,
        Failures = [.. report.Failures.Select(static f => new FailedCase(f.CaseId, f.Stage.ToString().ToLowerInvariant(), f.Reason))],
        CaseWarnings = [.. report.Warnings.Select(static w => new CaseWarning(w.CaseId, w.Warning.Where, w.Warning.What, w.Warning.Remedy))],
        Ignored = report.Ignored,
        LargestPartOnly = report.Postprocessing is { } postprocessing ? [.. postprocessing.ForWhichClasses.Select(static r => r.ToString()!)] : null,
        Seconds = report.Times is { } times ? PredictionSeconds.Of(times) : null,
    };
}

/// <summary>A case and what is said of it.</summary>
internal sealed record RemarkedCase(string Case, string Reason)
{
    /// <summary>Remarks as documents.</summary>
    public static RemarkedCase[] Of(IEnumerable<CaseRemark> remarks) => [.. remarks.Select(static r => new RemarkedCase(r.CaseId, r.Reason))];
}

/// <summary>A case that failed: where, and why.</summary>
internal sealed record FailedCase(string Case, string Stage, string Reason);

/// <summary>What was odd about a case's file.</summary>
internal sealed record CaseWarning(string Case, string Where, string What, string Remedy);

/// <summary>Seconds by stage: until the networks were loaded, the means of a case, and what the network waited in all.</summary>
internal sealed record PredictionSeconds(double Loading, double Preparation, double Network, double Export, double Waiting)
{
    /// <summary>Times as seconds.</summary>
    public static PredictionSeconds Of(PredictTimes times) => new(
        times.Loading.TotalSeconds, times.Preparation.TotalSeconds, times.Network.TotalSeconds, times.Export.TotalSeconds, times.Waiting.TotalSeconds);
}
