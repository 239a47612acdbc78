using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Interop.V2.Results;

namespace NnUNet.Cli.Commands;

/// <summary>Pools the validations of a model's folds.</summary>
[CatalogName("nnUNetv2_accumulate_crossval_results")]
internal sealed class V2AccumulateCrossvalResults : CommandDefinition
{
    private readonly Argument<string> _data = Values.Argument("dataset_name_or_id", "The data set, by number or full name.");
    private readonly Option<string?> _configuration = Values.Text(["-c"], "NAME", "The configuration.", required: true);
    private readonly Option<string?> _output = Values.Text(["-o"], "FOLDER", "Gets the results; must be empty. crossval_results_folds_… in the model's folder unless given.");
    private readonly Option<int[]> _folds = Values.Integers(["-f"], "FOLD", "The folds that are pooled. 0 1 2 3 4 unless given.", least: 0);
    private readonly Option<string?> _plans = Values.Text(["-p"], "NAME", "The plans' name.", "nnUNetPlans");
    private readonly Option<string?> _trainer = Values.Text(["-tr"], "NAME", "The trainer.", "nnUNetTrainer");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Evaluation;

    /// <inheritdoc/>
    public override string Summary => "Pool the validations of the folds of a model of nnU-Net v2 in one folder, and score them.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_data, _configuration, _output, _folds, _plans, _trainer];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_configuration, _output, _folds, _plans, _trainer];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNetv2_accumulate_crossval_results 4 -c 3d_fullres"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        Version2Workspace workspace = call.Version2Workspace;
        string dataset = workspace.DatasetName(call.Get(_data));
        int[] folds = call.IsGiven(_folds) ? [.. call.Get(_folds).Distinct()] : [0, 1, 2, 3, 4];
        TrainedFolder model = TrainedFolder.Of(workspace, dataset, call.Get(_trainer)!, call.Get(_plans)!, call.Get(_configuration)!);
        string output = call.Get(_output) ?? model.Pooled(folds);
        if (call.IsGiven(_output) && Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
        {
            throw new DescribedException(output, "the folder is not empty", "give an empty folder, or one that does not exist");
        }

        using ProgressPrinter<PostprocessingProgress> progress = call.Progress<PostprocessingProgress>("evaluating", static p => new Step(p.CaseId, p.Done, p.Total, p.Step));
        SegmentationLoop loop = new(0, 0, progress, call.Cancel);
        SummaryMeans means = CrossValidationPool.Run(model, folds, output, CrossValidationPool.References(workspace, dataset), overwrite: true, loop);
        call.Print(ResultText.Means(means));
        call.Print($"Written: {Path.GetFullPath(output)}");
        return CommandLine.Done;
    }
}
