using System.CommandLine;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Consolidation;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Planning;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Pools the folds of a model and decides about its postprocessing.</summary>
[CatalogName("nnUNet_determine_postprocessing")]
internal sealed class DeterminePostprocessing : CommandDefinition
{
    private readonly Option<string?> _model = Values.Text(["-m"], "NETWORK", "The configuration: 2d, 3d_lowres, 3d_fullres or 3d_cascade_fullres.", required: true);
    private readonly Option<string?> _task = Values.Text(["-t"], "TASK", "The task, by number or full name.", required: true);
    private readonly Option<string?> _trainer = Values.Text(["-tr"], "NAME", "The trainer. nnUNetTrainerV2, for 3d_cascade_fullres nnUNetTrainerV2CascadeFullRes.");
    private readonly Option<string?> _plans = Values.Text(["-pl"], "NAME", "The plans' name.", "nnUNetPlansv2.1");
    private readonly Option<string?> _validation = Values.Text(["-val"], "FOLDER", "The folder of the segmentations in each fold's folder.", "validation_raw");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Evaluation;

    /// <inheritdoc/>
    public override string Summary => "Decide by the five folds of a model which classes keep only their largest connected part.";

    /// <inheritdoc/>
    public override string Details =>
        "Writes postprocessing.json, cv_niftis_raw and cv_niftis_postprocessed into the model's folder; nnUNet_predict then applies it. "
        + "For a configuration that you chose yourself; nnUNet_find_best_configuration does it for all.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_model, _task, _trainer, _plans, _validation];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_model, _task, _trainer, _plans, _validation];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNet_determine_postprocessing -m 3d_fullres -t 4"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        Configuration configuration = ConfigurationChoice.Parse(call.Get(_model)!)[0];
        string task = call.Workspace.TaskName(call.Get(_task)!);
        string trainer = call.Get(_trainer) ?? configuration.DefaultTrainer;
        string model = call.Workspace.ModelFolder(configuration.Name, task, trainer, call.Get(_plans)!);
        if (!Directory.Exists(model)) throw new DescribedException(model, "there is no such model", "train it first, or check -m, -t, -tr and -pl");

        FoldConsolidationOptions options = new() { ValidationFolderName = call.Get(_validation)!, ReferenceFolder = FoldConsolidation.FindReferences(model, call.Workspace.PreprocessedTask(task)) };
        using ProgressPrinter<PostprocessingProgress> progress = call.Progress<PostprocessingProgress>("postprocessing", static p => new Step(p.CaseId, p.Done, p.Total, p.Step));
        FoldConsolidationResult result = FoldConsolidation.Run(model, options, progress, call.Cancel);
        call.Print(PostprocessingText.Table(result.Decision!, LabelNames.Near(call.Workspace.PreprocessedTask(task))));
        call.Print($"Written: {Path.Combine(model, PostprocessingDecision.FileName)}");
        return CommandLine.Done;
    }
}
