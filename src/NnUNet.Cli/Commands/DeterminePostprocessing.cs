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
    private readonly Option<string?> _model = Values.Text(["-m"], "NETWORK", "The configuration: 2d, 3d_lowres, 3d_fullres or 3d_cascade_fullres.");
    private readonly Option<string?> _task = Values.Text(["-t"], "TASK", "The task, by number or full name.");
    private readonly Option<string?> _trainer = Values.Text(["-tr"], "NAME", "The trainer. nnUNetTrainerV2, for 3d_cascade_fullres nnUNetTrainerV2CascadeFullRes.");
    private readonly Option<string?> _plans = Values.Text(["-pl"], "NAME", "The plans' name.", "nnUNetPlansv2.1");
    private readonly Option<string?> _validation = Values.Text(["-val"], "FOLDER", "The folder of the segmentations in each fold's folder.", "validation_raw");
    private readonly Option<string?> _folder = Values.Text(["--model_folder"], "FOLDER", "Any folder with fold_0 to fold_4 and the references in gt_niftis; instead of -m, -t, -tr and -pl.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Evaluation;

    /// <inheritdoc/>
    public override string Summary => "Decide by the five folds of a model which classes keep only their largest connected part.";

    /// <inheritdoc/>
    public override string Details =>
        "Writes postprocessing.json, cv_niftis_raw and cv_niftis_postprocessed into the model's folder; nnUNet_predict then applies it. "
        + "For a configuration that you chose yourself; nnUNet_find_best_configuration does it for all.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_model, _task, _trainer, _plans, _validation, _folder];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_model, _task, _trainer, _plans, _validation];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNet_determine_postprocessing -m 3d_fullres -t 4", "nnUNet_determine_postprocessing --model_folder mymodel"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        (string model, string data) = call.Get(_folder) is { } folder ? Given(call, folder) : Trained(call);
        FoldConsolidationOptions options = new() { ValidationFolderName = call.Get(_validation)!, ReferenceFolder = FoldConsolidation.FindReferences(model, data) };
        using ProgressPrinter<PostprocessingProgress> progress = call.Progress<PostprocessingProgress>("postprocessing", static p => new Step(p.CaseId, p.Done, p.Total, p.Step));
        FoldConsolidationResult result = FoldConsolidation.Run(model, options, progress, call.Cancel);
        call.Print(PostprocessingText.Table(result.Decision!, LabelNames.Near(data)));
        call.Print($"Written: {Path.Combine(model, PostprocessingDecision.FileName)}");
        return CommandLine.Done;
    }

    /// <summary>A model by its folder, which has its references and the names of its labels itself.</summary>
    private (string Model, string Data) Given(Invocation call, string folder)
    {
        if (((Option[])[_model, _task, _trainer, _plans]).Any(call.IsGiven)) throw new UsageException("give either --model_folder, or -m and -t with -tr and -pl, not both");
        string model = Path.GetFullPath(folder);
        return Directory.Exists(model) ? (model, model) : throw new DescribedException(model, "there is no such folder", "check --model_folder");
    }

    /// <summary>A model by what was trained, and the task's preprocessed data.</summary>
    private (string Model, string Data) Trained(Invocation call)
    {
        string name = call.Get(_model) ?? throw new UsageException("-m is missing: the configuration; or give --model_folder");
        string given = call.Get(_task) ?? throw new UsageException("-t is missing: the task, by number or full name; or give --model_folder");
        Configuration configuration = ConfigurationChoice.Parse(name)[0];
        string task = call.Workspace.TaskName(given);
        string model = call.Workspace.ModelFolder(configuration.Name, task, call.Get(_trainer) ?? configuration.DefaultTrainer, call.Get(_plans)!);
        return Directory.Exists(model)
            ? (model, call.Workspace.PreprocessedTask(task))
            : throw new DescribedException(model, "there is no such model", "train it first, or check -m, -t, -tr and -pl");
    }
}
