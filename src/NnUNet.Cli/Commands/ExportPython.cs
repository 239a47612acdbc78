using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Interop.V1;
using NnUNet.Interop.V2.Export;

namespace NnUNet.Cli.Commands;

/// <summary>Writes a model as the Python nnU-Net v1 or v2 has it.</summary>
[CatalogName("export_python")]
internal sealed class ExportPython : CommandDefinition
{
    private readonly Argument<string> _model = Values.Argument("MODEL", "The model's folder: TRAINER__PLANS, with plans.json and fold_0, fold_1, …");
    private readonly Option<string?> _output = Values.Text(["-o"], "FOLDER", "Gets plans.pkl and the folds' checkpoints; must be new or empty. With --v2 it gets DatasetXXX_NAME/TRAINER__PLANS__CONFIGURATION.", required: true);
    private readonly Option<string?> _trainer = Values.Text(["-tr"], "NAME", "The trainer by which Python builds the network. The model's own unless given; with --v2 nnUNetTrainer.");
    private readonly Option<bool> _second = Values.Flag(["--v2"], "Write a model of the Python nnU-Net v2.");
    private readonly Option<string?> _checkpoint = Values.Text(["-chk"], "NAME", "The checkpoint's name without ending.", ModelFolder.FinalCheckpoint);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Models;

    /// <inheritdoc/>
    public override string Summary => "Write a model as the Python nnU-Net v1 or v2 has it.";

    /// <inheritdoc/>
    public override string Details =>
        "Place the folder at RESULTS_FOLDER/nnUNet/CONFIGURATION/TASK/TRAINER__PLANS, and the Python nnU-Net predicts with it. Weights, curves and the momentum of SGD "
        + "are passed on, so that a training there can go on too; the state of Adam is not. With --v2 the output folder may be nnUNet_results: version 1's U-Net becomes PlainConvUNet, "
        + "which computes the same. Networks and normalisations that nnU-Net v2 does not have are refused by name.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_model, _output, _second, _trainer, _checkpoint];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "nnunet export_python results/nnUNet/3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1 -o nnUNetTrainerV2__nnUNetPlansv2.1",
        "nnunet export_python results/nnUNet/3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1 --v2 -o nnUNet_results",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        string output = Path.GetFullPath(call.Get(_output)!);
        if (call.Get(_second)) return ExportVersion2(call, output);

        V1ExportReport report = V1Exporter.Export(
            ModelFolder.Open(call.Get(_model)), output, call.Get(_trainer), call.Get(_checkpoint)!, new Relay<string>(fold => call.Print($"fold {fold}")), call.Cancel);
        call.Warn(report.Warnings);
        call.Print($"Trainer: {report.Trainer}").Print($"Written: {output}");
        return CommandLine.Done;
    }

    private int ExportVersion2(Invocation call, string output)
    {
        V2ExportReport report = V2Exporter.Export(
            ModelFolder.Open(call.Get(_model)), output, call.Get(_trainer) ?? V2Exporter.StandardTrainer, call.Get(_checkpoint)!, new Relay<string>(fold => call.Print($"fold {fold}")), call.Cancel);
        call.Warn(report.Warnings);
        call.Print($"Network: {report.Network}").Print($"Written: {report.Folder}");
        return CommandLine.Done;
    }
}
