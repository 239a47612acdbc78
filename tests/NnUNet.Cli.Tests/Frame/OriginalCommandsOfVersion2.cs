namespace NnUNet.Cli.Tests.Frame;

/// <summary>The options of the commands of nnU-Net 2.8.1 that this program has, as <see cref="OriginalCommands"/> has those of v1.</summary>
internal static class OriginalCommandsOfVersion2
{
    private static readonly string[] Prediction =
    [
        "-i", "-o", "-f", "-step_size", "--disable_tta", "--verbose", "--save_probabilities", "-chk", "-npp", "-nps", "-prev_stage_predictions", "-device", "--disable_progress_bar", "--not_on_device",
    ];

    public static IReadOnlyDictionary<string, string[]> Options { get; } = new Dictionary<string, string[]>
    {
        ["nnUNetv2_download_pretrained_model_by_url"] = [],
        ["nnUNetv2_export_model_to_zip"] = ["-d", "-o", "-c", "-tr", "-p", "-f", "-chk", "--not_strict", "--exp_cv_preds"],
        ["nnUNetv2_install_pretrained_model_from_zip"] = [],
        ["nnUNetv2_predict"] = [.. Prediction, "-d", "-p", "-tr", "-c", "--continue_prediction", "-num_parts", "-part_id"],
        ["nnUNetv2_predict_from_modelfolder"] = [.. Prediction, "-m", "--continue_prediction --c"],
    };
}
