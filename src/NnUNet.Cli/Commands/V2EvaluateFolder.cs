using System.CommandLine;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Interop.V2.Results;

namespace NnUNet.Cli.Commands;

/// <summary>Scores a folder of segmentations by the labels of a data set of nnU-Net v2.</summary>
[CatalogName("nnUNetv2_evaluate_folder")]
internal sealed class V2EvaluateFolder : CommandDefinition
{
    private readonly Argument<string> _reference = Values.Argument("gt_folder", "The reference segmentations.");
    private readonly Argument<string> _prediction = Values.Argument("pred_folder", "The predicted segmentations, with the names of the references.");
    private readonly Option<string?> _dataset = Values.Text(["-djfile"], "FILE", "The dataset.json with the labels.", required: true);
    private readonly Option<string?> _plans = Values.Text(["-pfile"], "FILE", "The plans.json. Not needed here: the formats of the files are known by their endings.");
    private readonly Option<string?> _output = Values.Text(["-o"], "FILE", "Gets the scores. summary.json in the folder of the predictions unless given.");
    private readonly Option<int?> _threads = Values.Integer(["-np"], "Cases at a time. As many as cores and memory allow unless given.", least: 1);
    private readonly Option<bool> _chill = Values.Flag(["--chill"], "Score what there is, where some references have no prediction.");
    private readonly JsonOption _json = new(EvaluationDocument.Schema);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Evaluation;

    /// <inheritdoc/>
    public override string Summary => "Score a folder of segmentations by the labels, or regions, of a dataset.json (nnU-Net v2).";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_reference, _prediction, _dataset, _plans, _output, _threads, _chill, _json];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_dataset, _plans, _output, _threads, _chill];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNetv2_evaluate_folder labelsTs predictions -djfile predictions/dataset.json -pfile predictions/plans.json"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        (string references, string predictions) = (call.Get(_reference), call.Get(_prediction));
        ResultLabels labels = ResultLabels.Read(call.Get(_dataset)!);
        using ProgressPrinter<PostprocessingProgress> progress = call.Progress<PostprocessingProgress>("evaluating", static p => new Step(p.CaseId, p.Done, p.Total, p.Step));
        SegmentationLoop loop = new(call.Get(_threads) ?? 0, 0, progress, call.Cancel);
        ResultSummary summary = ResultSummary.Of(
            ResultSummary.Pairs(references, predictions, labels.FileEnding, !call.Get(_chill)), labels.Structures, labels.IgnoreLabel, loop);
        string path = call.Get(_output) ?? Path.Combine(predictions, ResultSummary.FileName);
        summary.Write(path);
        call.Print(ResultText.Means(summary.Means));
        call.Print($"Written: {Path.GetFullPath(path)}");
        call.Tell(EvaluationDocument.Of(summary, labels.Structures, references, predictions, labels.FileEnding, path));
        return CommandLine.Done;
    }
}
