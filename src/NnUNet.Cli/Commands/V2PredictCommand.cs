using System.CommandLine;
using NnUNet.Cli.Children;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Core;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Cli.Commands;

/// <summary>What the commands have in common that predict as nnU-Net v2's do.</summary>
/// <remarks>Source: nnunetv2/inference/predict_from_raw_data.py, predict_entry_point and predict_entry_point_modelfolder.</remarks>
internal abstract class V2PredictCommand : CommandDefinition
{
    private static readonly string[] DefaultFolds = ["0", "1", "2", "3", "4"];

    private readonly Option<string?> _input = Values.Text(["-i"], "FOLDER", "The images: CASE_0000.nii.gz, CASE_0001.nii.gz, …, one file a channel, in the order of training.", required: true);
    private readonly Option<string?> _output = Values.Text(["-o"], "FOLDER", "Gets one segmentation a case.", required: true);
    private readonly Option<string[]> _folds = Values.Texts(["-f"], "FOLD", "Folds whose networks are averaged: numbers, or all. 0 1 2 3 4 unless given.");
    private readonly Option<double?> _step = Values.Number(["-step_size"], "Largest step between tiles as a fraction of the tile, greater than 0 and at most 1.", 0.5);
    private readonly Option<bool> _noMirroring = Values.Flag(["--disable_tta"], "Do not average over mirrored images: up to 8 times (2D: 4 times) faster, a little less exact.");
    private readonly Option<bool> _verbose = InputChoices.Verbose();
    private readonly Option<bool> _probabilities = Values.Flag(["--save_probabilities"], "Write the probabilities too (CASE.npz and CASE.pkl), for ensembles.");
    private readonly Option<string?> _checkpoint = Values.Text(["-chk"], "FILE", "The checkpoint's file name.", "checkpoint_final.pth");
    private readonly Option<int?> _preprocessing = Values.Integer(["-npp"], $"Cases preprocessed at a time; each holds an image in memory. Unless given, the variable {EnvironmentSettings.PreprocessingVariable}, or 1; 0 counts as 1.", least: 0);
    private readonly Option<int?> _export = Values.Integer(["-nps"], $"Cases exported at a time; each holds an image's probabilities in memory. Unless given, the variable {EnvironmentSettings.ExportVariable}, or 1; 0 counts as 1.", least: 0);
    private readonly Option<string?> _previousStage = Values.Text(["-prev_stage_predictions"], "FOLDER", "For the second stage of a cascade: the first stage's segmentations, CASE.nii.gz or in any other format. Unless given, the first stage's model beside this one predicts first, into 3d_lowres_predictions of the output folder.");
    private readonly Option<string?> _device = Values.Text(["-device"], "DEVICE", "cuda, cuda:N or cpu. cuda where there is one, else cpu.");
    private readonly Option<bool> _noProgress = Values.Flag(["--disable_progress_bar"], "Show no progress.");
    private readonly Option<bool> _notOnDevice = Values.Flag(["--not_on_device"], "Accepted for the original's sake, without effect: tiles are computed on the device and summed up in the machine's memory, so that the GPU's memory limits no image.");
    private readonly Option<string[]> _devices = DeviceChoice.Several("Share the cases out to these devices, a process on each, instead of -device.");
    private readonly Option<bool> _fp32 = Values.Flag(["--disable_mixed_precision"], "Compute in float32 throughout. Otherwise convolutions compute in 16 bits where that is faster (nnunet doctor shows which).");
    private readonly Option<bool> _strict = InputChoices.Strict();
    private readonly Option<string?> _network = Values.Text(["--network"], "NAME|FILE", "As for nnUNet_predict.");
    private readonly Option<bool> _suv = UnitChoices.Suv();
    private readonly JsonOption _json = new(PredictionDocument.Schema);

    /// <inheritdoc/>
    public sealed override CommandGroup Group => CommandGroup.Prediction;

    /// <inheritdoc/>
    public override string Details =>
        "All cases are predicted, also those whose segmentation is there; --continue_prediction keeps what fits. A case that fails is reported at the end and stops no other; the exit code is then 1. "
        + "The output folder gets dataset.json, plans.json and predict_from_raw_data_args.json too, as the Python nnU-Net v2 has it, and in the folder provenance how each segmentation was made. "
        + "Nothing is removed from the segmentations: nnUNetv2_apply_postprocessing does that.";

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Symbol> Symbols => [.. OriginalOptions, .. OwnOptions];

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Option> OriginalOptions =>
    [
        _input, _output, .. ModelOptions, _folds, _step, _noMirroring, _verbose, _probabilities, Continue, _checkpoint, _preprocessing, _export, _previousStage, .. PartOptions, _device, _noProgress, _notOnDevice,
    ];

    /// <inheritdoc/>
    public sealed override IReadOnlyList<OptionGroup> Groups =>
    [
        new("Images", [_input, _output, Continue, _probabilities, _suv, _strict]),
        new("Model", [.. ModelOptions, _folds, _checkpoint, _previousStage, _network]),
        new("Speed and memory", [_noMirroring, _step, _fp32, _preprocessing, _export, _device, _devices, .. PartOptions]),
        new("What is told", [_verbose, _noProgress, _notOnDevice]),
    ];

    /// <summary>The options that choose the model.</summary>
    protected abstract IReadOnlyList<Option> ModelOptions { get; }

    /// <summary>The option that keeps results which are there.</summary>
    protected abstract Option<bool> Continue { get; }

    /// <summary>The options that choose a part of the cases: how many there are and which it is; none where the command has no parts.</summary>
    protected virtual IReadOnlyList<Option<int?>> PartOptions => [];

    private IReadOnlyList<Option> OwnOptions => [_devices, _fp32, _strict, _network, _suv, _json];

    /// <inheritdoc/>
    public sealed override int Run(Invocation call)
    {
        string model = ModelFolderOf(call);
        EnvironmentSettings settings = EnvironmentSettings.Read();
        TorchDevice[] devices = [.. DeviceChoice.OfVersion2(call, _device, _devices)];
        PredictRunOptions options = new()
        {
            Devices = ChildPrediction.OnSeveral(call, devices),
            Predict = new PredictOptions
            {
                Folds = FolderPrediction.Folds(call.Get(_folds) is { Length: > 0 } folds ? folds : DefaultFolds),
                Checkpoint = WithoutEnding(call.Get(_checkpoint)!),
                Network = call.Get(_network),
                Mirror = !call.Get(_noMirroring),
                TileStep = call.Get(_step)!.Value,
                Device = devices[0],
                StrictInput = call.Get(_strict),
                Precision = call.Get(_fp32) ? ComputePrecision.Float32 : null,
            },
            StandardUptake = call.Get(_suv),
            SaveProbabilities = call.Get(_probabilities),
            PreviousStageFolder = call.Get(_previousStage),
            Overwrite = !call.Get(Continue),
            Parts = PartOptions is [var parts, ..] ? call.Get(parts)!.Value : 1,
            Part = PartOptions is [_, var part] ? call.Get(part)!.Value : 0,
            PreprocessingThreads = Math.Max(1, call.Get(_preprocessing) ?? settings.PreprocessingThreads ?? 1),
            ExportThreads = Math.Max(1, call.Get(_export) ?? settings.ExportThreads ?? 1),
        };
        return FolderPrediction.Run(call, model, call.Get(_input)!, call.Get(_output)!, options, call.Get(_verbose), call.Get(_noProgress));
    }

    /// <summary>The folder of the model that the options choose.</summary>
    protected abstract string ModelFolderOf(Invocation call);

    /// <summary>A checkpoint's name without the ending of nnU-Net v2's, where it has it.</summary>
    internal static string WithoutEnding(string checkpoint)
    {
        const string Ending = ".pth";
        return checkpoint.EndsWith(Ending, StringComparison.Ordinal) ? checkpoint[..^Ending.Length] : checkpoint;
    }
}
