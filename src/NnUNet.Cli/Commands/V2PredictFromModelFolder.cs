using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Segments a folder of images with a model of any folder, as nnU-Net v2's command does.</summary>
[CatalogName("nnUNetv2_predict_from_modelfolder")]
internal sealed class V2PredictFromModelFolder : V2PredictCommand
{
    private readonly Option<string?> _model = Values.Text(["-m"], "FOLDER", "The model's folder, with plans.json, dataset.json and fold_0, fold_1, ….", required: true);
    private readonly Option<bool> _continue = Values.Flag(["--continue_prediction", "--c"], "Keep segmentations that are there and fit, or are of unknown origin, and predict the others.");

    /// <inheritdoc/>
    public override string Summary => "Segment a folder of images with a model of nnU-Net v2, wherever its folder lies.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnUNetv2_predict_from_modelfolder -i images -o segmentations -m nnUNetTrainer__nnUNetPlans__3d_fullres -f 0"];

    /// <inheritdoc/>
    protected override IReadOnlyList<Option> ModelOptions => [_model];

    /// <inheritdoc/>
    protected override Option<bool> Continue => _continue;

    /// <inheritdoc/>
    protected override string ModelFolderOf(Invocation call) => Path.GetFullPath(call.Get(_model)!);
}
