using System.CommandLine;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Cases;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Interop.V2.Results;

namespace NnUNet.Cli.Commands;

/// <summary>Scores a folder of segmentations by labels that are named.</summary>
[CatalogName("nnUNetv2_evaluate_simple")]
internal sealed class V2EvaluateSimple : CommandDefinition
{
    private readonly Argument<string> _reference = Values.Argument("gt_folder", "The reference segmentations.");
    private readonly Argument<string> _prediction = Values.Argument("pred_folder", "The predicted segmentations, with the names of the references.");
    private readonly Option<int[]> _labels = Values.Integers(["-l"], "LABEL", "The labels to score, usually all but 0.", required: true, least: 0);
    private readonly Option<int?> _ignored = Values.Integer(["-il"], "A label of the references whose voxels are not scored.", least: 0, value: "LABEL");
    private readonly Option<string?> _output = Values.Text(["-o"], "FILE", "Gets the scores. summary.json in the folder of the predictions unless given.");
    private readonly Option<int?> _threads = Values.Integer(["-np"], "Cases at a time. As many as cores and memory allow unless given.", least: 1);
    private readonly Option<bool> _chill = Values.Flag(["--chill"], "Score what there is, where some references have no prediction.");
    private readonly JsonOption _json = new(EvaluationDocument.Schema);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Evaluation;

    /// <inheritdoc/>
    public override string Summary => "Score a folder of segmentations by labels that you name, in the form of nnU-Net v2.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_reference, _prediction, _labels, _ignored, _output, _threads, _chill, _json];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_labels, _ignored, _output, _threads, _chill];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNetv2_evaluate_simple labelsTs predictions -l 1 2"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        (string references, string predictions) = (call.Get(_reference), call.Get(_prediction));
        string ending = ImageFolder.Of(references).Images is [var first, ..] ? first.Ending
            : throw OtherContents.Error(references, "there is no reference segmentation", "name the folder of the references");
        using ProgressPrinter<PostprocessingProgress> progress = call.Progress<PostprocessingProgress>("evaluating", static p => new Step(p.CaseId, p.Done, p.Total, p.Step));
        SegmentationLoop loop = new(call.Get(_threads) ?? 0, 0, progress, call.Cancel);
        ComponentRegion[] labels = [.. call.Get(_labels).Select(ComponentRegion.Of)];
        ResultSummary summary = ResultSummary.Of(ResultSummary.Pairs(references, predictions, ending, !call.Get(_chill)), labels, call.Get(_ignored), loop);
        string path = call.Get(_output) ?? Path.Combine(predictions, ResultSummary.FileName);
        summary.Write(path);
        call.Print(ResultText.Means(summary.Means));
        call.Print($"Written: {Path.GetFullPath(path)}");
        call.Tell(EvaluationDocument.Of(summary, labels, references, predictions, ending, path));
        return CommandLine.Done;
    }
}
