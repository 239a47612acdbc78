using System.CommandLine;
using NnUNet.Cli.Children;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Pictures.Training;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Cli.Commands;

/// <summary>Trains all configurations and folds of a task that are missing.</summary>
[CatalogName("train_all")]
internal sealed class TrainAll : CommandDefinition
{
    private readonly Argument<string> _task = Values.Argument("TASK", "The task, by number or full name: 4 or Task004_Hippocampus. It must be planned and preprocessed.");
    private readonly Option<string[]> _configurations = TrainingChoices.Configurations();
    private readonly Option<string[]> _folds = TrainingChoices.Folds();
    private readonly Option<string?> _trainer = TrainingChoices.Trainer();
    private readonly Option<string?> _cascadeTrainer = TrainingChoices.CascadeTrainer();
    private readonly Option<string?> _plans = Values.Text(["-p", "--plans_identifier"], "NAME", "The plans' name, for planners of your own.", "nnUNetPlansv2.1");
    private readonly Option<bool> _dryRun = Values.Flag(["--dry-run"], "Show what is complete and what is to be trained, and stop there.");
    private readonly Option<bool> _npz = Values.Flag(["--npz"], "Write the probabilities of the validation cases too, needed to choose and score ensembles. Folds that lack them are predicted again, not trained again.");
    private readonly Option<bool> _noPostprocessing = Values.Flag(["--disable_postprocessing_on_folds"], "Do not decide about postprocessing for each fold alone.");
    private readonly Option<int?> _epochs = TrainingChoices.Epochs();
    private readonly Option<int?> _iterations = TrainingChoices.Iterations();
    private readonly Option<int?> _seed = TrainingChoices.Seed();
    private readonly Option<TimeSpan?> _maxTime = Values.Duration(["--max-time"], "Save and stop after this time (45m, 12h, 1h30m), with exit code 75; the same command goes on. Saving takes some seconds more.");
    private readonly Option<bool> _onlyPlanned = Values.Flag(["--only-planned"], "Leave out configurations of -m that the plans do not have, instead of refusing them.");

    private readonly Option<bool> _fp32 = TrainingChoices.Float32();
    private readonly Option<string[]> _devices = DeviceChoice.Several("Train on these devices side by side, one fold on each, instead of --device. All CUDA devices, else the processor, unless given.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Training;

    /// <inheritdoc/>
    public override string Summary => "Train everything of a task that is missing: all configurations, all folds.";

    /// <inheritdoc/>
    public override string Details =>
        "Shows first what is complete, what is to be trained and about how long that takes, as far as it can be estimated from epochs of the same configuration. Then trains it in the right order "
        + "(all folds of 3d_lowres before 3d_cascade_fullres), one fold on each device at a time: all CUDA devices, else the CPU, unless --device or --devices says otherwise. "
        + "On several devices each fold is a process of its own, and they share the cores and the memory of --max-ram. A fold that fails stops only those that need it, and is reported at the end. "
        + "Folds that were trained or begun with other lengths than are asked for, or by another plan, are refused before anything is trained. "
        + "A fold that another process trains (nnUNet_train, or a second train_all) is left to it. "
        + "Trainings that were interrupted go on from their last checkpoint, so a repeated call does what is left.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols =>
        [_task, _configurations, _folds, _dryRun, _npz, _trainer, _cascadeTrainer, _plans, _epochs, _iterations, _seed, _fp32, _devices, _maxTime, _onlyPlanned, _noPostprocessing];

    /// <inheritdoc/>
    public override IReadOnlyList<OptionGroup> Groups =>
    [
        new("What", [_configurations, _folds, _onlyPlanned, _maxTime, _dryRun]),
        new("Training", [_trainer, _cascadeTrainer, _plans, _epochs, _iterations, _seed, _fp32, _devices]),
        new("Validation", [_npz, _noPostprocessing]),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["nnunet train_all 4 --dry-run", "nnunet train_all 4 --npz", "nnunet train_all 4 --devices cuda:0,cuda:1", "nnunet train_all Task004_Hippocampus -m 2d 3d_fullres -f 0 1 2 --epochs 20 --iterations 50"];

    /// <inheritdoc/>
    public override bool OnlyPrints(Invocation call) => call.Get(_dryRun);

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        TrainAllPlan plan = Workflows.Scheduling.TrainAll.Plan(Options(call));
        if (plan.Work.Count > 0) call.Print(TrainAllTables.Plan(plan));
        foreach (string warning in plan.Warnings) call.Warn(warning);
        if (plan.Obstacle is { } obstacle) throw obstacle;
        if (plan.Work.Count == 0) call.Print($"The plans have none of the configurations {string.Join(", ", call.Get(_configurations))}, so there is nothing to train.");
        if (plan.Open.Count == 0) return CommandLine.Done;
        if (call.Get(_dryRun)) return TellDamaged(call, plan);

        using TrainAllPrinter printer = new(call.Terminal, plan, TimeProvider.System);
        IReadOnlyList<FoldResult> results = Workflows.Scheduling.TrainAll.Run(plan, new Relay<TrainAllProgress>(printer.Show), call.Cancel);
        printer.Dispose(); // what changes has come to its end
        call.Print().Print(TrainAllTables.Results(results));
        foreach (FoldResult failure in results.Where(static r => r.Reason.Length > 0)) call.Refuse($"{failure.Work.Key}: {failure.Reason}");
        call.Cancel.ThrowIfCancellationRequested();
        if (results.All(static r => r.IsComplete)) return CommandLine.Done;
        if (!results.Any(static r => r.IsLeft) || results.Any(static r => r.Outcome == FoldOutcome.Failed)) return CommandLine.Failed;

        call.Print("The time given by --max-time is over; the same command goes on from here.");
        return CommandLine.Unfinished;
    }

    /// <summary>A dry run fails where the real one would, whatever else that did.</summary>
    private static int TellDamaged(Invocation call, TrainAllPlan plan)
    {
        FoldWork[] damaged = [.. plan.Work.Where(static w => w.State == FoldState.Damaged)];
        foreach (FoldWork work in damaged) call.Refuse($"{work.Key}: {work.Remark}");
        return damaged.Length == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private TrainAllOptions Options(Invocation call) => ChildTraining.OnSeveral(call, new()
    {
        Each = new TrainingOptions
        {
            Observers = [new TrainingPictures()],
            Workspace = call.Workspace,
            Configuration = Configuration.FullResolution, // set for each, as the fold is
            Task = call.Get(_task),
            Fold = "0",
            Trainer = call.Get(_trainer)!,
            Plans = call.Get(_plans)!,
            Epochs = call.Get(_epochs),
            Iterations = call.Get(_iterations),
            Seed = call.Get(_seed),
            Precision = call.Get(_fp32) ? ComputePrecision.Float32 : null,
            LoaderThreads = EnvironmentSettings.Read().AugmentationThreads,
            Validation = new ValidationOptions { SaveProbabilities = call.Get(_npz), Postprocess = !call.Get(_noPostprocessing) },
        },
        CascadeTrainer = call.Get(_cascadeTrainer)!,
        Configurations = [.. ConfigurationChoice.Parse(call.Get(_configurations))],
        Folds = [.. call.Get(_folds) ?? []],
        Devices = [.. DeviceChoice.All(call, _devices)],
        MaxTime = call.Get(_maxTime),
        OnlyPlanned = call.Get(_onlyPlanned),
    });
}
