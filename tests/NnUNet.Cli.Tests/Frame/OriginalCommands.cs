namespace NnUNet.Cli.Tests.Frame;

/// <summary>
/// The options of the commands of nnU-Net 1.6.6, one string an option with its names: the calls of <c>add_argument</c> in the modules that
/// its <c>setup.py</c> names as <c>console_scripts</c>. Every one has <c>-h --help</c> too.
/// </summary>
internal static class OriginalCommands
{
    private static readonly string[] Training =
    [
        "-val --validation_only", "-c --continue_training", "-p", "--use_compressed_data", "--deterministic", "--npz", "--find_lr", "--valbest", "--fp32", "--val_folder",
        "--disable_saving", "--disable_postprocessing_on_folds",
    ];

    public static IReadOnlyDictionary<string, string[]> Options { get; } = new Dictionary<string, string[]>(OriginalCommandsOfVersion2.Options)
    {
        ["nnUNet_convert_decathlon_task"] = ["-i", "-p", "-output_task_id"],
        ["nnUNet_plan_and_preprocess"] = ["-t --task_ids", "-pl3d --planner3d", "-pl2d --planner2d", "-no_pp", "-tl", "-tf", "--verify_dataset_integrity"],
        ["nnUNet_train"] = Training,
        ["nnUNet_train_DP"] = [.. Training, "-gpus", "--dbs"],
        ["nnUNet_train_DDP"] = [.. Training, "--local_rank", "--dbs"],
        ["nnUNet_predict"] =
        [
            "-i --input_folder", "-o --output_folder", "-t --task_name", "-tr --trainer_class_name", "-ctr --cascade_trainer_class_name", "-m --model", "-p --plans_identifier", "-f --folds",
            "-z --save_npz", "-l --lowres_segmentations", "--part_id", "--num_parts", "--num_threads_preprocessing", "--num_threads_nifti_save", "--disable_tta", "--overwrite_existing", "--mode",
            "--all_in_gpu", "--step_size", "-chk", "--disable_mixed_precision",
        ],
        ["nnUNet_ensemble"] = ["-f --folders", "-o --output_folder", "-t --threads", "-pp --postprocessing_file", "--npz"],
        ["nnUNet_find_best_configuration"] = ["-m --models", "-t --task_ids", "-tr", "-ctr", "-pl", "-f --folds", "--disable_ensembling", "--disable_postprocessing"],
        ["nnUNet_determine_postprocessing"] = ["-m", "-t", "-tr", "-pl", "-val"],
        ["nnUNet_export_model_to_zip"] = ["-t", "-o", "-m", "-tr", "-trc", "-pl", "--disable_strict", "-f"],
        ["nnUNet_change_trainer_class"] = ["-i", "-tr"],
        ["nnUNet_evaluate_folder"] = ["-ref", "-pred", "-l"],
        ["nnUNet_install_pretrained_model_from_zip"] = [],
        ["nnUNet_download_pretrained_model"] = [],
        ["nnUNet_download_pretrained_model_by_url"] = [],
        ["nnUNet_print_available_pretrained_models"] = [],
        ["nnUNet_print_pretrained_model_info"] = [],
    };
}
