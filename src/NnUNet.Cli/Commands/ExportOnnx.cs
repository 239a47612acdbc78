using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Torch.OnnxExport;

namespace NnUNet.Cli.Commands;

/// <summary>Writes a model for runtimes that read ONNX.</summary>
[CatalogName("export_onnx")]
internal sealed class ExportOnnx : CommandDefinition
{
    private readonly Argument<string> _model = Values.Argument("MODEL", "The model's folder: TRAINER__PLANS, of this program or of the Python nnU-Net v1, or TRAINER__PLANS__CONFIGURATION of its v2.");
    private readonly Option<string?> _output = Values.Text(["-o"], "FOLDER", "Gets the files; must be new or empty.", required: true);
    private readonly Option<string[]> _folds = Values.Texts(["-f", "--fold"], "FOLD", "The folds: numbers, or all. All that are there unless given.");
    private readonly Option<string?> _tile = Values.Choice(["--tile"], ["any", "fixed"], "Which sizes of images the networks take: any multiple of what they divide by, or the model's tile alone, as some runtimes need it.", "any");
    private readonly Option<string?> _checkpoint = Values.Text(["-chk"], "NAME", "The checkpoint's name without ending.", ModelFolder.FinalCheckpoint);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Models;

    /// <inheritdoc/>
    public override string Summary => "Write a model's networks as ONNX, with all that another program needs to predict with them.";

    /// <inheritdoc/>
    public override string Details =>
        "Writes fold_K.onnx (operator set 17: images to logits, float32), contract.json (channels, spacing, normalisation, tile, mirroring, labels) and, but for the second stage of a cascade, a folder conformance: "
        + "an image, what the networks see of it, what the first of them says, and the segmentation, for comparison.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_model, _output, _folds, _tile, _checkpoint];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet export_onnx results/nnUNet/3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1 -o hippocampus_onnx"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        OnnxExportOptions options = new()
        {
            Folds = [.. call.Get(_folds) ?? []],
            Checkpoint = call.Get(_checkpoint)!,
            FixedTile = call.Get(_tile) == "fixed",
        };
        OnnxExportReport report = OnnxExporter.Export(ModelFolder.Open(call.Get(_model)), call.Get(_output)!, options, new Relay<string>(file => call.Print(file)), call.Cancel);
        call.Print($"Written: {report.Files.Count} files in {Path.GetFullPath(call.Get(_output)!)}");
        return CommandLine.Done;
    }
}
