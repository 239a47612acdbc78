using System.CommandLine;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Models.Archives;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Collects a task's models in a zip archive.</summary>
[CatalogName("nnUNet_export_model_to_zip")]
internal sealed class ExportModelToZip : CommandDefinition
{
    private static readonly ExportModelOptions Standard = new();

    private readonly Option<string?> _task = Values.Text(["-t"], "TASK", "The task, by number or full name.", required: true);
    private readonly Option<string?> _output = Values.Text(["-o"], "ZIP", "The archive to write.", required: true);
    private readonly Option<string[]> _models = Values.Texts(["-m"], "NAME", "The configurations: 2d 3d_lowres 3d_fullres 3d_cascade_fullres unless given.");
    private readonly Option<string?> _trainer = Values.Text(["-tr"], "NAME", "The trainer of 2d, 3d_lowres and 3d_fullres.", Standard.Trainer);
    private readonly Option<string?> _cascadeTrainer = Values.Text(["-trc"], "NAME", "The trainer of 3d_cascade_fullres.", Standard.CascadeTrainer);
    private readonly Option<string?> _plans = Values.Text(["-pl"], "NAME", "The plans' name.", Standard.Plans);
    private readonly Option<string[]> _folds = Values.Texts(["-f"], "FOLD", "The folds: numbers, or all. 0 1 2 3 4 unless given.");
    private readonly Option<bool> _lenient = Values.Flag(["--disable_strict"], "Leave out configurations and postprocessing.json that are missing.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Models;

    /// <inheritdoc/>
    public override string Summary => "Collect the models of a task in a zip archive, to be installed elsewhere.";

    /// <inheritdoc/>
    public override string Details =>
        "Plans, postprocessing, the folds' final checkpoints, curves and drawings go in, and the postprocessing of ensembles of which both models do. "
        + "nnUNet_install_pretrained_model_from_zip installs the archive. For the Python nnU-Net, export with nnunet export_python.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_task, _output, _models, _trainer, _cascadeTrainer, _plans, _folds, _lenient];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_task, _output, _models, _trainer, _cascadeTrainer, _plans, _folds, _lenient];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNet_export_model_to_zip -t 4 -o Task004_Hippocampus.zip -m 2d 3d_fullres"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        ExportModelOptions options = new()
        {
            Configurations = call.Get(_models) is { Length: > 0 } models ? [.. ConfigurationChoice.Parse(models)] : Standard.Configurations,
            Trainer = call.Get(_trainer)!,
            CascadeTrainer = call.Get(_cascadeTrainer)!,
            Plans = call.Get(_plans)!,
            Folds = call.Get(_folds) is { Length: > 0 } folds ? folds.ToValueArray() : Standard.Folds,
            Strict = !call.Get(_lenient),
        };
        string task = call.Workspace.TaskName(call.Get(_task)!);
        return ModelInstallation.Export(call, Path.GetFullPath(call.Get(_output)!), (zip, progress) => ModelExporter.Export(call.Workspace.Models, task, zip, options, progress, call.Cancel));
    }
}
