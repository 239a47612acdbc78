using System.CommandLine;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Comparison;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Puts the cross-validations of trained models beside each other.</summary>
[CatalogName("compare")]
internal sealed class Compare : CommandDefinition
{
    private readonly Option<string[]> _tasks = Values.Texts(["-t", "--task_ids"], "TASK", "Tasks, by number or full name. All that have models unless given.");
    private readonly Option<string[]> _configurations = Values.Texts(["-m", "--models"], "NAME", $"Configurations: {string.Join(", ", ConfigurationChoice.Names)}. All unless given.");
    private readonly Option<string[]> _trainers = Values.Texts(["-tr", "--trainers"], "NAME", "Trainers. All unless given.");
    private readonly Option<int[]> _folds = Values.Integers(["-f", "--folds"], "FOLD", "Folds whose cases are scored together. 0 1 2 3 4 unless given.", least: 0);
    private readonly Option<string?> _validation = Values.Text(["--validation"], "FOLDER", "The folder in each fold that has the scores, such as validation_raw_postprocessed.", PostprocessingOptions.ValidationFolderName);
    private readonly Option<string?> _csv = Values.Text(["--csv"], "FILE", "Write a row a model as comma-separated values too, with what its plan says: batch, patch, spacing, network.");
    private readonly JsonOption _json = new(ComparisonDocument.Schema);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Evaluation;

    /// <inheritdoc/>
    public override string Summary => "Compare trained models over trainers, plans, configurations and tasks by their cross-validation.";

    /// <inheritdoc/>
    public override string Details =>
        "Reads the scores that validations have left, and pools the cases of all folds. Where there are several trainers or plans, they are ranked in each task by their best configuration, "
        + "and over all tasks by the mean of these ranks; what is missing in a task is last there. Models that lack folds are shown, but not ranked.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_tasks, _configurations, _trainers, _folds, _validation, _csv, _json];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet compare", "nnunet compare -t 4 5 -m 3d_fullres -f 0 --csv comparison.csv"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        ComparisonOptions options = new()
        {
            Tasks = (call.Get(_tasks) ?? []).Select(call.Workspace.TaskName).Distinct().ToValueArray(),
            Configurations = ConfigurationChoice.Parse(call.Get(_configurations)).Select(static c => c.Name).ToValueArray(),
            Trainers = (call.Get(_trainers) ?? []).ToValueArray(),
            ValidationFolder = call.Get(_validation)!,
        };
        if (call.Get(_folds) is { Length: > 0 } folds) options = options with { Folds = folds.ToValueArray() };

        ComparisonResult result = ModelComparison.Run(call.Workspace, options, call.Cancel);
        call.Warn(result.Notices);
        ComparisonText.Print(call, result);
        string? csv = call.Get(_csv);
        if (csv is not null)
        {
            ComparisonSheet.Write(csv, result);
            call.Print($"Written: {Path.GetFullPath(csv)}");
        }

        call.Tell(ComparisonDocument.Of(result, csv));
        return CommandLine.Done;
    }
}
