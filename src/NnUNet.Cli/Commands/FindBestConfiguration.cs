using System.CommandLine;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Selection;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Compares all configurations of a task and their ensembles.</summary>
[CatalogName("nnUNet_find_best_configuration")]
internal sealed class FindBestConfiguration : CommandDefinition
{
    private static readonly SelectionOptions Defaults = new();

    private readonly Option<string[]> _models = Values.Texts(["-m", "--models"], "NETWORK", "The configurations to compare. 2d, 3d_lowres, 3d_fullres and 3d_cascade_fullres unless given.");
    private readonly Option<string[]> _tasks = Values.Texts(["-t", "--task_ids"], "TASK", "The task, by number or full name; several are done one after the other.", required: true);
    private readonly Option<string?> _trainer = Values.Text(["-tr"], "NAME", "The trainer.", Defaults.Trainer);
    private readonly Option<string?> _cascadeTrainer = Values.Text(["-ctr"], "NAME", "The trainer of 3d_cascade_fullres.", Defaults.CascadeTrainer);
    private readonly Option<string?> _plans = Values.Text(["-pl"], "NAME", "The plans' name.", Defaults.Plans);
    private readonly Option<int[]> _folds = Values.Integers(["-f", "--folds"], "FOLD", "The folds that are pooled. 0 1 2 3 4 unless given.", least: 0);
    private readonly Option<bool> _noEnsembling = Values.Flag(["--disable_ensembling"], "Compare the configurations alone, no pairs of them.");
    private readonly Option<bool> _noPostprocessing = Values.Flag(["--disable_postprocessing"], "Do not decide about postprocessing.");
    private readonly Option<bool> _strict = Values.Flag(["--strict"], "Fail where a configuration, a fold or probabilities are missing, naming all of them; of the configurations of -m each counts, of those compared without it only what the plan has. Without --strict, what there is is compared.");

    private readonly Option<bool> _recheck = Values.Flag(["--recheck"], "Compare files with what was made from them by content (checksums), even where size and time of the last change are the same.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Evaluation;

    /// <inheritdoc/>
    public override string Summary => "Find the best configuration or pair of configurations by cross-validation.";

    /// <inheritdoc/>
    public override string Details =>
        "Pools the validation of all folds, decides about the postprocessing of each configuration, merges and scores every pair, and prints the commands that predict with the best. "
        + "Pairs need the probabilities of the validation: train with --npz, or make them later with -val --npz. A repeated call does only what is not current.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_tasks, _models, _trainer, _cascadeTrainer, _plans, _folds, _noEnsembling, _noPostprocessing, _strict, _recheck];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_models, _tasks, _trainer, _cascadeTrainer, _plans, _folds, _noEnsembling, _noPostprocessing];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["nnUNet_find_best_configuration -t 4", "nnUNet_find_best_configuration -m 2d 3d_fullres -t 4 --strict", "nnUNet_find_best_configuration -t 4 --disable_ensembling"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        SelectionOptions options = Defaults with
        {
            Trainer = call.Get(_trainer)!,
            CascadeTrainer = call.Get(_cascadeTrainer)!,
            Plans = call.Get(_plans)!,
            Ensembling = !call.Get(_noEnsembling),
            Postprocessing = !call.Get(_noPostprocessing),
            Strict = call.Get(_strict),
            Recheck = call.Get(_recheck),
            CommandOptions = SelectionText.WhereModelsAre(call.Workspace),
        };
        if (call.Get(_models) is { Length: > 0 } models) options = options with { Configurations = [.. ConfigurationChoice.Parse(models)], ConfigurationsAreAsked = true };
        if (call.Get(_folds) is { Length: > 0 } folds) options = options with { Folds = folds.Distinct().ToValueArray() };

        return call.ForEach([.. call.Get(_tasks).Distinct(StringComparer.Ordinal)], given =>
        {
            string task = call.Workspace.TaskName(given);
            using ProgressPrinter<SelectionProgress> progress = call.Progress<SelectionProgress>("comparing", SelectionText.Of);
            SelectionText.Print(call, ConfigurationSelection.Run(call.Workspace, task, options, progress, call.Cancel));
        });
    }
}
