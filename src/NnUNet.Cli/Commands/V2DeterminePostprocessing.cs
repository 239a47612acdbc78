using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Interop.V2.Results;

namespace NnUNet.Cli.Commands;

/// <summary>Decides about the postprocessing of segmentations as nnU-Net v2 does.</summary>
[CatalogName("nnUNetv2_determine_postprocessing")]
internal sealed class V2DeterminePostprocessing : CommandDefinition
{
    private readonly Option<string?> _input = Values.Text(["-i"], "FOLDER", "The segmentations; postprocessing.pkl, postprocessing.json and the folder postprocessed are written into it.", required: true);
    private readonly Option<string?> _reference = Values.Text(["-ref"], "FOLDER", "The reference segmentations.", required: true);
    private readonly Option<string?> _plans = Values.Text(["-plans_json"], "FILE", "Not needed here: the formats of the files are known by their endings.");
    private readonly Option<string?> _dataset = Values.Text(["-dataset_json"], "FILE", "The dataset.json with the labels. Unless given, that in the folder of the segmentations.");
    private readonly Option<int?> _threads = Values.Integer(["-np"], "Cases at a time. As many as cores and memory allow unless given.", least: 1);
    private readonly Option<bool> _remove = Values.Flag(["--remove_postprocessed"], "Do not keep the postprocessed segmentations.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Evaluation;

    /// <inheritdoc/>
    public override string Summary => "Decide by segmentations and references of which labels only the largest part stays (nnU-Net v2).";

    /// <inheritdoc/>
    public override string Details =>
        "Always over all cases of a data set: with a part of them the decision would be another one. A summary.json that is there already counts as the scores of the segmentations.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_input, _reference, _plans, _dataset, _threads, _remove];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_input, _reference, _plans, _dataset, _threads, _remove];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNetv2_determine_postprocessing -i crossval_results_folds_0_1_2_3_4 -ref labelsTr"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        string input = call.Get(_input)!;
        ResultLabels labels = ResultLabels.Read(call.Get(_dataset) ?? input);
        using ProgressPrinter<PostprocessingProgress> progress = call.Progress<PostprocessingProgress>("postprocessing", static p => new Step(p.CaseId, p.Done, p.Total, p.Step));
        SegmentationLoop loop = new(call.Get(_threads) ?? 0, 0, progress, call.Cancel);
        ChosenPostprocessing chosen = PostprocessingChoice.Determine(input, call.Get(_reference)!, labels, !call.Get(_remove), loop);
        call.Print(ResultText.Trials(chosen));
        call.Print($"Written: {Path.GetFullPath(Path.Combine(input, ResultPostprocessing.PickleName))}");
        return CommandLine.Done;
    }
}
