using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Segments a folder of images with a model of the results folder, as nnU-Net v2's command does.</summary>
[CatalogName("nnUNetv2_predict")]
internal sealed class V2Predict : V2PredictCommand
{
    private readonly Option<string?> _dataset = Values.Text(["-d"], "DATASET", "The data set that the model was trained on, by number or full name.", required: true);
    private readonly Option<string?> _plans = Values.Text(["-p"], "NAME", "The plans' name.", Version2Workspace.DefaultPlans);
    private readonly Option<string?> _trainer = Values.Text(["-tr"], "NAME", "The trainer.", Version2Workspace.DefaultTrainer);
    private readonly Option<string?> _configuration = Values.Text(["-c"], "NAME", "The configuration: 2d, 3d_fullres, 3d_lowres, 3d_cascade_fullres, or any other of the plans.", required: true);
    private readonly Option<bool> _continue = Values.Flag(["--continue_prediction"], "Keep segmentations that are there and fit, or are of unknown origin, and predict the others.");
    private readonly Option<int?> _parts = Values.Integer(["-num_parts"], "Into how many parts the cases are divided.", 1, least: 1);
    private readonly Option<int?> _part = Values.Integer(["-part_id"], "Which part of the cases this call predicts, counted from 0; for several calls at a time.", 0, least: 0);

    /// <inheritdoc/>
    public override string Summary => "Segment a folder of images with an installed model of nnU-Net v2.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["nnUNetv2_predict -i images -o segmentations -d 4 -c 3d_fullres", "nnUNetv2_predict -i images -o segmentations -d Dataset004_Hippocampus -c 2d -f 0 --disable_tta --save_probabilities"];

    /// <inheritdoc/>
    protected override IReadOnlyList<Option> ModelOptions => [_dataset, _plans, _trainer, _configuration];

    /// <inheritdoc/>
    protected override Option<bool> Continue => _continue;

    /// <inheritdoc/>
    protected override IReadOnlyList<Option<int?>> PartOptions => [_parts, _part];

    /// <inheritdoc/>
    protected override string ModelFolderOf(Invocation call) =>
        call.Version2Workspace.ModelFolder(call.Version2Workspace.DatasetName(call.Get(_dataset)!), call.Get(_trainer)!, call.Get(_plans)!, call.Get(_configuration)!);
}
