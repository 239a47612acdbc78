using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core.Evaluation;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Scores a folder of segmentations.</summary>
[CatalogName("nnUNet_evaluate_folder")]
internal sealed class EvaluateFolder : CommandDefinition
{
    private readonly Option<string?> _reference = Values.Text(["-ref"], "FOLDER", "The reference segmentations.", required: true);
    private readonly Option<string?> _prediction = Values.Text(["-pred"], "FOLDER", "The predicted segmentations, with the names of the references; summary.json is written into it.", required: true);
    private readonly Option<int[]> _labels = Values.Integers(["-l"], "LABEL", "The labels to score, usually all but 0.", required: true, least: 0);
    private readonly Option<bool> _advanced = Values.Flag(["--advanced"], "Compute surface distances in millimetres too.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Evaluation;

    /// <inheritdoc/>
    public override string Summary => "Score a folder of segmentations against their references.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_reference, _prediction, _labels, _advanced];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNet_evaluate_folder -ref labelsTs -pred predictions -l 1 2"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        string prediction = call.Get(_prediction)!;
        EvaluationOptions options = new() { Advanced = call.Get(_advanced) };
        IReadOnlyList<EvaluationLabel> labels = EvaluationLabel.From(call.Get(_labels).Distinct());
        using ProgressPrinter<EvaluationProgress> progress = call.Progress<EvaluationProgress>("evaluating", static p => new Step(p.CaseId, p.Done, p.Total));
        SegmentationSummary summary = FolderEvaluator.Evaluate(call.Get(_reference)!, prediction, labels, options, progress, call.Cancel);

        string path = Path.Combine(prediction, SegmentationSummary.FileName);
        summary.Write(path);
        foreach (string missing in summary.MissingPredictions) call.Warn($"{missing} has no prediction and is not scored");
        call.Print(ScoreTable.Means(summary, labels, options.Advanced));
        call.Print($"Written: {Path.GetFullPath(path)}");
        return CommandLine.Done;
    }
}
