using System.CommandLine;
using NnUNet.Cli.Children;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Core;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Cli.Commands;

/// <summary>Segments a folder of images.</summary>
[CatalogName("nnUNet_predict")]
internal sealed class Predict : CommandDefinition
{
    private const string Normal = "normal";

    private readonly Option<string?> _input = Values.Text(["-i", "--input_folder"], "FOLDER", "The images: CASE_0000.nii.gz, CASE_0001.nii.gz, …, one file a channel, in the order of training.", required: true);
    private readonly Option<string?> _output = Values.Text(["-o", "--output_folder"], "FOLDER", "Gets one segmentation a case.", required: true);
    private readonly Option<string?> _task = Values.Text(["-t", "--task_name"], "TASK", "The task that the model was trained on, by number or full name; for a model of nnU-Net v2 the data set's name, DatasetXXX_NAME or DatasetXXX.");
    private readonly Option<string?> _model = Values.Choice(["-m", "--model"], ConfigurationChoice.Names, "The configuration.", Configuration.FullResolution.Name);
    private readonly Option<string?> _trainer = Values.Text(["-tr", "--trainer_class_name"], "NAME", "The trainer; for 3d_cascade_fullres that of the low resolution.", Configuration.FullResolution.DefaultTrainer);
    private readonly Option<string?> _cascadeTrainer = Values.Text(["-ctr", "--cascade_trainer_class_name"], "NAME", "The trainer of 3d_cascade_fullres.", Configuration.Cascade.DefaultTrainer);
    private readonly Option<string?> _plans = Values.Text(["-p", "--plans_identifier"], "NAME", "The plans' name.", "nnUNetPlansv2.1");
    private readonly Option<string?> _lowResolution = Values.Text(["-l", "--lowres_segmentations"], "FOLDER", "For 3d_cascade_fullres: the low resolution's segmentations, CASE.nii.gz or in any other format. Unless given, 3d_lowres predicts first, into 3d_lowres_predictions of the output folder.");
    private readonly Option<string?> _folder = Values.Text(["--model_folder"], "FOLDER", "Any folder with plans.json (or plans.pkl) and fold_0, fold_1, …, of this program or of the Python nnU-Net v1 or v2; instead of -t, -m, -tr and -p.");
    private readonly Option<string?> _network = Values.Text(["--network"], "NAME|FILE", "For models of the Python nnU-Net: build the network as this trainer does, or take name, arguments or mirror_axes from a JSON file.");
    private readonly Option<string[]> _folds = Values.Texts(["-f", "--folds"], "FOLD", "Folds whose networks are averaged: numbers, or all. Those found in the model's folder unless given.");
    private readonly Option<string?> _checkpoint = Values.Text(["-chk"], "NAME", "The checkpoint's name without ending. model_final_checkpoint is of a model of nnU-Net v2 its checkpoint_final.", "model_final_checkpoint");
    private readonly Option<bool> _noMirroring = Values.Flag(["--disable_tta"], "Do not average over mirrored images: about 8 times (2D: 4 times) faster, a little less exact.");
    private readonly Option<double?> _step = Values.Number(["--step_size"], "Largest step between tiles as a fraction of the tile, greater than 0 and at most 1.", 0.5);
    private readonly Option<bool> _probabilities = Values.Flag(["-z", "--save_npz"], "Write the probabilities too (CASE.npz), for ensembles.");
    private readonly Option<bool> _dicomSegmentation = Values.Flag(["--dicom-seg"], "For cases that are DICOM series: write a DICOM SEG of each, too, into dicom_seg of the output folder.");
    private readonly Option<bool> _fractions = Values.Flag(["--dicom-seg-fractional"], "For cases that are DICOM series: write the probabilities of each as a DICOM SEG of fractions, too, into dicom_seg_fractional of the output folder.");
    private readonly Option<bool> _suv = UnitChoices.Suv();
    private readonly Option<bool> _structureSet = Values.Flag(["--rtstruct"], "For cases that are DICOM series: write a DICOM RTSTRUCT of each, too, into rtstruct of the output folder.");
    private readonly Option<bool> _overwrite = Values.Flag(["--overwrite_existing"], "Predict all cases again, also those whose segmentation fits or is of unknown origin.");
    private readonly Option<bool> _recheck = Values.Flag(["--recheck"], "Compare images, model and segmentations with the records of the output folder by content (checksums), even where size and time of the last change are the same.");
    private readonly Option<string?> _ending = Values.Text(["--ending"], "ENDING", "The segmentations' ending, which chooses their format, such as .nii.gz, .nii or .hdr (a pair). Unless given, that of the segmentations in the output folder, or else that of the images, or .nii.gz where such images are only read.");
    private readonly Option<int?> _part = Values.Integer(["--part_id"], "Which part of the cases this call predicts, counted from 0; for several calls at a time.", 0, least: 0);
    private readonly Option<int?> _parts = Values.Integer(["--num_parts"], "Into how many parts the cases are divided.", 1, least: 1);
    private readonly Option<int?> _preprocessing = Values.Integer(["--num_threads_preprocessing"], "Cases preprocessed at a time.", 1, least: 1);
    private readonly Option<int?> _export = Values.Integer(["--num_threads_nifti_save"], "Cases exported at a time.", 1, least: 1);
    private readonly Option<string?> _mode = Values.Choice(["--mode"], [Normal, "fast", "fastest"], "normal resamples the probabilities to the image's grid and takes the most probable class there. fast takes the most probable class on the network's grid and resamples the labels; fastest gives each voxel its nearest label. Borders are coarser then, and --save_npz is not possible.", Normal);
    private readonly Option<string?> _allInGpu = Values.Choice(["--all_in_gpu"], ["None", "True", "False"], "Accepted for the original's sake, without effect: tiles are computed on the device and summed up in the machine's memory, so that the GPU's memory limits no image.", "None");
    private readonly Option<bool> _strict = InputChoices.Strict();
    private readonly Option<bool> _verbose = InputChoices.Verbose();
    private readonly Option<bool> _fp32 = Values.Flag(["--disable_mixed_precision"], "Compute in float32 throughout. Otherwise convolutions compute in 16 bits where that is faster (nnunet doctor shows which).");
    private readonly Option<string[]> _devices = DeviceChoice.Several("Share the cases out to these devices, a process on each, instead of --device.");
    private readonly JsonOption _json = new(PredictionDocument.Schema);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Prediction;

    /// <inheritdoc/>
    public override string Summary => "Segment a folder of images with a trained model.";

    /// <inheritdoc/>
    public override string Details =>
        "A case that fails is reported at the end and stops no other; the exit code is then 1. The folder provenance in the output folder records how each segmentation was made: "
        + "image, model, folds, options and version. A repeated call skips what fits, and predicts what is missing, damaged, or made of another image, by another model or in another way; "
        + "what was there goes to the folder replaced. Segmentations that have no record (such as those of the Python nnU-Net), or were changed since, are left as they are and named. "
        + "Where a case's probabilities do not fit into the memory of --max-ram, they go to a temporary file in the output folder; a case that does not fit even so fails. "
        + "With --devices the cases are shared out equally, each device has a process of its own, and they share that memory and the cores; a process that dies fails only the cases that it has left.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols =>
    [
        _input, _output, _task, _model, _folds, _trainer, _cascadeTrainer, _plans, _lowResolution, _folder, _network, _checkpoint, _noMirroring, _step, _probabilities, _dicomSegmentation, _fractions, _structureSet, _suv, _overwrite, _recheck, _ending, _part, _parts,
        _preprocessing, _export, _mode, _allInGpu, _fp32, _devices, _strict, _verbose, _json,
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<Option> OriginalOptions =>
        [_input, _output, _task, _trainer, _cascadeTrainer, _model, _plans, _folds, _probabilities, _lowResolution, _part, _parts, _preprocessing, _export, _noMirroring, _overwrite, _mode, _allInGpu, _step, _checkpoint, _fp32];

    /// <inheritdoc/>
    public override IReadOnlyList<OptionGroup> Groups =>
    [
        new("Images", [_input, _output, _overwrite, _recheck, _ending, _probabilities, _dicomSegmentation, _fractions, _structureSet, _suv, _strict]),
        new("Model", [_task, _model, _folds, _trainer, _cascadeTrainer, _plans, _checkpoint, _folder, _network, _lowResolution]),
        new("Speed and memory", [_noMirroring, _step, _mode, _fp32, _preprocessing, _export, _devices, _part, _parts, _allInGpu, _verbose]),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["nnUNet_predict -i images -o segmentations -t 4 -m 3d_fullres", "nnUNet_predict -i images -o segmentations -t 4 -m 3d_fullres --devices cuda:0,cuda:1", "nnUNet_predict -i images -o segmentations -t 4 -m 3d_cascade_fullres", "nnUNet_predict -i images -o segmentations --model_folder mymodel -f 0 1 --disable_tta"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        string model = ModelFolderOf(call);
        TorchDevice[] devices = [.. DeviceChoice.Named(call, _devices) ?? [DeviceChoice.Of(call)]];
        PredictRunOptions options = new()
        {
            Devices = ChildPrediction.OnSeveral(call, devices),
            Predict = new PredictOptions
            {
                Folds = FolderPrediction.Folds(call.Get(_folds)),
                Checkpoint = V2PredictCommand.WithoutEnding(call.Get(_checkpoint)!),
                Network = call.Get(_network),
                Mirror = !call.Get(_noMirroring),
                TileStep = call.Get(_step)!.Value,
                Device = devices[0],
                Mode = Enum.Parse<PredictMode>(call.Get(_mode)!, ignoreCase: true),
                StrictInput = call.Get(_strict),
                Precision = call.Get(_fp32) ? ComputePrecision.Float32 : null,
            },
            SaveProbabilities = call.Get(_probabilities),
            DicomSegmentation = call.Get(_dicomSegmentation),
            DicomFractions = call.Get(_fractions),
            StructureSet = call.Get(_structureSet),
            StandardUptake = call.Get(_suv),
            PreviousStageFolder = LowResolutionFolder(call),
            Overwrite = call.Get(_overwrite),
            Recheck = call.Get(_recheck),
            Ending = call.Get(_ending),
            Part = call.Get(_part)!.Value,
            Parts = call.Get(_parts)!.Value,
            PreprocessingThreads = call.Get(_preprocessing)!.Value,
            ExportThreads = call.Get(_export)!.Value,
        };
        if (options.DicomFractions && options.Predict.Mode != PredictMode.Normal) throw new UsageException("--dicom-seg-fractional needs --mode normal: the other modes do not resample the probabilities");
        if (options.SaveProbabilities && options.Predict.Mode != PredictMode.Normal) throw new UsageException("--save_npz needs --mode normal: the other modes do not resample the probabilities");
        if (call.Get(_allInGpu) == "True") call.Print("--all_in_gpu has no effect here: tiles are summed up in the machine's memory");
        return FolderPrediction.Run(call, model, call.Get(_input)!, call.Get(_output)!, options, call.Get(_verbose), firstStage: LowResolutionModel(call));
    }

    private string ModelFolderOf(Invocation call)
    {
        if (call.Get(_folder) is { } folder)
        {
            return call.IsGiven(_task) ? throw new UsageException("give either -t or --model_folder, not both") : Path.GetFullPath(folder);
        }

        string given = call.Get(_task) ?? throw new UsageException("-t or --model_folder is missing: which model predicts");
        if (IsVersion2(given))
        {
            Version2Workspace workspace = call.Version2Workspace;
            return workspace.ModelFolder(
                workspace.DatasetName(given),
                call.IsGiven(_trainer) ? call.Get(_trainer)! : Version2Workspace.DefaultTrainer,
                call.IsGiven(_plans) ? call.Get(_plans)! : Version2Workspace.DefaultPlans,
                call.Get(_model)!);
        }

        string task = call.Workspace.TaskName(given);
        return call.Workspace.ModelFolder(call.Get(_model)!, task, call.Get(IsCascade(call) ? _cascadeTrainer : _trainer)!, call.Get(_plans)!);
    }

    /// <summary>Whether a task is named as nnU-Net v2 names data sets.</summary>
    private static bool IsVersion2(string task) => task.StartsWith("Dataset", StringComparison.Ordinal);

    /// <summary>The model that predicts first; null where none does, or where the model's folder tells it.</summary>
    private string? LowResolutionModel(Invocation call) => call.Get(_folder) is null && !IsVersion2(call.Get(_task)!) && IsCascade(call) && LowResolutionFolder(call) is null
        ? call.Workspace.ModelFolder(Configuration.LowResolution.Name, call.Workspace.TaskName(call.Get(_task)!), call.Get(_trainer)!, call.Get(_plans)!)
        : null;

    private string? LowResolutionFolder(Invocation call) => call.Get(_lowResolution) is { } folder && folder != "None" ? folder : null;

    private bool IsCascade(Invocation call) => call.Get(_model) == Configuration.Cascade.Name;
}
