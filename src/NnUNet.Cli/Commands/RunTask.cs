using System.CommandLine;
using NnUNet.Cli.Children;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core;
using NnUNet.Core.Cases;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Foundation;
using NnUNet.Pictures.Training;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;
using NnUNet.Workflows.Scheduling;
using NnUNet.Workflows.Steps;

namespace NnUNet.Cli.Commands;

/// <summary>The whole method, from raw images to segmentations of new ones.</summary>
[CatalogName("run")]
internal sealed class RunTask : CommandDefinition
{
    private readonly Option<string?> _task = Values.Text(["-t", "--task"], "TASK", "The task, by number or full name: 4 or Task004_Hippocampus.");
    private readonly Option<string?> _decathlon = Values.Text(["-d", "--decathlon"], "FOLDER", "Instead of -t: a task of the Medical Segmentation Decathlon as it was downloaded. It is converted first, once.");
    private readonly Option<string?> _input = Values.Text(["-i", "--input_folder"], "FOLDER", "Images to segment: CASE_0000.nii.gz, CASE_0001.nii.gz, …, one file a channel, in the order of training. None unless given.");
    private readonly Option<string?> _output = Values.Text(["-o", "--output_folder"], "FOLDER", "Gets one segmentation an image of -i.");
    private readonly Option<string?> _ending = Values.Text(["--ending"], "ENDING", "The ending of the segmentations of -i, which chooses their format, such as .nii.gz, .nii or .hdr (a pair). That of the images unless given, or .nii.gz where such images are only read.");
    private readonly Option<bool> _dryRun = Values.Flag(["--dry-run"], "Show what is there and what is to be done, and stop there.");
    private readonly Option<string[]> _configurations = TrainingChoices.Configurations();
    private readonly Option<string[]> _folds = Values.Texts(["-f", "--folds"], "FOLD", "Folds, by numbers. All five (or those of your splits_final.json) unless given.");
    private readonly Option<string?> _trainer = TrainingChoices.Trainer();
    private readonly Option<string?> _cascadeTrainer = TrainingChoices.CascadeTrainer();
    private readonly Option<string?> _plans = PlannerChoices.Plans();
    private readonly Option<string?> _planner3D = PlannerChoices.ThreeD();
    private readonly Option<string?> _planner2D = PlannerChoices.TwoD();
    private readonly Option<int?> _epochs = TrainingChoices.Epochs();
    private readonly Option<int?> _iterations = TrainingChoices.Iterations();
    private readonly Option<bool> _fp32 = TrainingChoices.Float32();
    private readonly Option<bool> _recheck = Values.Flag(["--recheck"], "Compare files with what was made from them by content (checksums), even where size and time of the last change are the same.");
    private readonly Option<bool> _noEnsembling = Values.Flag(["--disable_ensembling"], "Compare the configurations alone, no pairs of them.");
    private readonly Option<bool> _noPostprocessing = Values.Flag(["--disable_postprocessing"], "Do not decide about postprocessing.");
    private readonly Option<bool> _noMirroring = Values.Flag(["--disable_tta"], "Do not average over mirrored images of -i: about 8 times (2D: 4 times) faster, a little less exact.");
    private readonly Option<double?> _step = Values.Number(["--step_size"], "Largest step between tiles as a fraction of the tile, greater than 0 and at most 1, for the images of -i.", 0.5);

    private readonly Option<string[]> _devices = DeviceChoice.Several("Train folds on these devices side by side, one on each, and share out the images of -i to them, instead of --device. Unless given, folds are trained on all CUDA devices, else the processor.");
    private readonly Option<bool> _strict = InputChoices.Strict();
    private readonly Option<bool> _verbose = InputChoices.Verbose();

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Training;

    /// <inheritdoc/>
    public override string Summary => "Run the whole method: verify, plan, preprocess, train, choose the best, segment.";

    /// <inheritdoc/>
    public override string Details =>
        "Shows first what is there, what is missing and about how long the training takes, as far as it can be estimated from epochs of the same configuration. Then does what is missing, step by step: "
        + "what nnUNet_plan_and_preprocess --verify_dataset_integrity, nnunet train_all --npz, nnUNet_find_best_configuration and, for the images of -i, nnUNet_predict and nnUNet_ensemble with the best do. "
        + "What is current is skipped, so a repeated call goes on where an interrupted one was. "
        + "Images are segmented again where they, the models or the options have changed; where the best is a pair, the predictions of each stay in folders of the output folder.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols =>
    [
        _task, _decathlon, _input, _output, _ending, _dryRun, _configurations, _folds, _trainer, _cascadeTrainer, _planner3D, _planner2D, _plans, _epochs, _iterations, _fp32, _devices,
        _noEnsembling, _noPostprocessing, _noMirroring, _step, _recheck, _strict, _verbose,
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<OptionGroup> Groups =>
    [
        new("Data", [_task, _decathlon, _input, _output, _ending, _recheck, _strict, _dryRun]),
        new("Planning and training", [_configurations, _folds, _trainer, _cascadeTrainer, _planner3D, _planner2D, _plans, _epochs, _iterations, _fp32, _devices]),
        new("Choice and prediction", [_noEnsembling, _noPostprocessing, _noMirroring, _step, _verbose]),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["nnunet run -t 4 -i images -o segmentations --dry-run", "nnunet run -t 4 -i images -o segmentations", "nnunet run -d Downloads/Task04_Hippocampus -m 2d 3d_fullres --epochs 50"];

    /// <inheritdoc/>
    public override bool OnlyPrints(Invocation call) => call.Get(_dryRun);

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        if (call.IsGiven(_task) == call.IsGiven(_decathlon)) throw new UsageException("give the task with -t, or a Decathlon folder with -d");
        if (call.IsGiven(_input) != call.IsGiven(_output)) throw new UsageException("give -i and -o together: the images, and where their segmentations go");

        if (call.Get(_ending) is { } ending && ResultEnding.Fault(ending) is { } fault) throw new UsageException(fault);

        WholeRun run = WholeRun.Of(Options(call));
        WholeRunPlan plan = run.Plan();
        WholeRunText.Print(call, plan);
        if (plan.Obstacle is { } obstacle) throw obstacle;
        if (call.Get(_dryRun)) return CommandLine.Done;

        using WholeRunPrinter printer = new(call, plan, call.Get(_verbose));
        WholeRunResult result = run.Run(new Relay<WholeRunProgress>(printer.Show), call.Cancel);
        call.Print().Print($"Best: {result.Choice}");
        if (call.Get(_output) is { } output) call.Print($"Written: {Path.GetFullPath(output)}");
        return result.Failures.Count == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private WholeRunOptions Options(Invocation call)
    {
        PreprocessingOptions preparation = new()
        {
            Planner3D = PlanningChoices.NameOf(call.Get(_planner3D)!, 3),
            Planner2D = PlanningChoices.NameOf(call.Get(_planner2D)!, 2),
            Recheck = call.Get(_recheck),
            StrictInput = call.Get(_strict),
        };
        if (preparation.Planner3D is null && preparation.Planner2D is null) throw new UsageException("-pl3d and -pl2d are both None, so there is nothing to do");

        ComputePrecision? precision = call.Get(_fp32) ? ComputePrecision.Float32 : null;
        TrainAllOptions training = new()
        {
            Each = new TrainingOptions
            {
                Observers = [new TrainingPictures()],
                Workspace = call.Workspace,
                Configuration = Configuration.FullResolution, // set for each, as the fold is
                Task = call.Get(_task) ?? "",
                Fold = "0",
                Trainer = call.Get(_trainer)!,
                Plans = call.Get(_plans) ?? preparation.PlansName(),
                Epochs = call.Get(_epochs),
                Iterations = call.Get(_iterations),
                Precision = precision,
                LoaderThreads = EnvironmentSettings.Read().AugmentationThreads,
            },
            CascadeTrainer = call.Get(_cascadeTrainer)!,
            Configurations = [.. ConfigurationChoice.Parse(call.Get(_configurations))],
            Folds = [.. call.Get(_folds) ?? []],
            Devices = [.. DeviceChoice.All(call, _devices)],
        };
        return new WholeRunOptions
        {
            DecathlonFolder = call.Get(_decathlon),
            Preparation = preparation,
            Training = ChildTraining.OnSeveral(call, training),
            Ensembling = !call.Get(_noEnsembling),
            Postprocessing = !call.Get(_noPostprocessing),
            CommandOptions = SelectionText.WhereModelsAre(call.Workspace),
            Input = call.Get(_input),
            Output = call.Get(_output),
            Ending = call.Get(_ending),
            Recheck = call.Get(_recheck),
            PredictionDevices = call.IsGiven(_devices) ? ChildPrediction.OnSeveral(call, training.Devices) : null,
            Prediction = new PredictOptions { Mirror = !call.Get(_noMirroring), TileStep = call.Get(_step)!.Value, Device = training.Devices[0], Precision = precision, StrictInput = call.Get(_strict) },
        };
    }
}
