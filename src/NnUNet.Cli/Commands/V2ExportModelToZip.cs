using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Models.Archives;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Collects a data set's models of nnU-Net v2 in a zip archive.</summary>
[CatalogName("nnUNetv2_export_model_to_zip")]
internal sealed class V2ExportModelToZip : CommandDefinition
{
    private static readonly Version2ExportOptions Standard = new();

    private readonly Option<string?> _dataset = Values.Text(["-d"], "DATASET", "The data set, by number or full name.", required: true);
    private readonly Option<string?> _output = Values.Text(["-o"], "ZIP", "The archive to write.", required: true);
    private readonly Option<string[]> _configurations = Values.Texts(["-c"], "NAME", "The configurations: 3d_lowres 3d_fullres 2d 3d_cascade_fullres unless given.");
    private readonly Option<string?> _trainer = Values.Text(["-tr"], "NAME", "The trainer.", Standard.Trainer);
    private readonly Option<string?> _plans = Values.Text(["-p"], "NAME", "The plans' name.", Standard.Plans);
    private readonly Option<string[]> _folds = Values.Texts(["-f"], "FOLD", "The folds: numbers, or all. 0 1 2 3 4 unless given.");
    private readonly Option<string[]> _checkpoints = Values.Texts(["-chk"], "FILE", "The checkpoints' file names. checkpoint_final.pth unless given.");
    private readonly Option<bool> _lenient = Values.Flag(["--not_strict"], "Leave out configurations, folds and checkpoints that are missing.");
    private readonly Option<bool> _predictions = Values.Flag(["--exp_cv_preds"], "Put the segmentations of the validation cases in too, not only their scores.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Models;

    /// <inheritdoc/>
    public override string Summary => "Collect the models of nnU-Net v2 of a data set in a zip archive, to be installed elsewhere.";

    /// <inheritdoc/>
    public override string Details =>
        "Plans, the data set's description and fingerprint, the folds' checkpoints, curves and scores go in, and what was found out about postprocessing and about ensembles of which both models do. "
        + "nnUNetv2_install_pretrained_model_from_zip installs the archive, that of this program and that of the Python nnU-Net v2.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => OriginalOptions;

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions => [_dataset, _output, _configurations, _trainer, _plans, _folds, _checkpoints, _lenient, _predictions];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNetv2_export_model_to_zip -d 4 -o Dataset004_Hippocampus.zip -c 2d 3d_fullres -f 0"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        Version2ExportOptions options = new()
        {
            Configurations = Given(_configurations, Standard.Configurations),
            Trainer = call.Get(_trainer)!,
            Plans = call.Get(_plans)!,
            Folds = Given(_folds, Standard.Folds),
            Checkpoints = Given(_checkpoints, Standard.Checkpoints),
            Strict = !call.Get(_lenient),
            Predictions = call.Get(_predictions),
        };
        string dataset = call.Version2Workspace.DatasetName(call.Get(_dataset)!);
        return ModelInstallation.Export(call, Path.GetFullPath(call.Get(_output)!), (zip, progress) => Version2Exporter.Export(call.Version2Workspace.Results, dataset, zip, options, progress, call.Cancel));

        ValueArray<string> Given(Option<string[]> option, ValueArray<string> standard) => call.Get(option) is { Length: > 0 } given ? given.ToValueArray() : standard;
    }
}
