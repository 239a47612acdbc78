using System.CommandLine;
using NnUNet.Cli.Children;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Pictures.Training;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Cli.Commands;

/// <summary>What the commands have in common that train one fold of one configuration.</summary>
internal abstract class TrainCommand : CommandDefinition
{
    private readonly Argument<string> _network = Values.Argument("NETWORK", ConfigurationChoice.Names, $"The configuration: {string.Join(", ", ConfigurationChoice.Names)}.");
    private readonly Argument<string> _trainer = Values.Argument("TRAINER", "The trainer, usually nnUNetTrainerV2; for 3d_cascade_fullres nnUNetTrainerV2CascadeFullRes.");
    private readonly Argument<string> _task = Values.Argument("TASK", "The task, by number or full name: 4 or Task004_Hippocampus.");
    private readonly Argument<string> _fold = Values.Argument("FOLD", "The fold: 0 to 4 (more where your splits_final.json has more), or all to train on every case.");
    private readonly Option<bool> _validation = Values.Flag(["-val", "--validation_only"], "Train nothing; predict and score the validation cases with the final checkpoint.");
    private readonly Option<bool> _continue = Values.Flag(["-c", "--continue_training"], "Go on from the last checkpoint. Takes the recorded numbers of epochs and iterations and refuses others.");
    private readonly Option<bool> _npz = Values.Flag(["--npz"], "Write the probabilities of the validation cases too (CASE.npz). Needed to choose and score ensembles; with -val they can be written later.");
    private readonly Option<string?> _validationFolder = Values.Text(["--val_folder"], "NAME", "Folder in the fold's folder for the predicted validation cases.", "validation_raw");
    private readonly Option<bool> _best = Values.Flag(["--valbest"], "With -val: predict with the best checkpoint instead of the final one. Give a --val_folder of its own, or the final one's predictions are replaced.");
    private readonly Option<bool> _keep = Values.Flag(["--val_disable_overwrite"], "Keep the validation cases' predictions that are there, and make only those that are missing.");
    private readonly Option<bool> _noPostprocessing = Values.Flag(["--disable_postprocessing_on_folds"], "Do not look, for this fold alone, whether removing small components improves the scores. Choosing the best configuration decides that for all folds together.");
    private readonly Option<bool> _compressed = Values.Flag(["--use_compressed_data"], "Accepted for the original's scripts, without effect: preprocessed cases are never unpacked here, training reads its patches from them directly.");
    private readonly Option<string?> _plans = Values.Text(["-p"], "NAME", "The plans' name, for planners of your own.", "nnUNetPlansv2.1");
    private readonly Option<int?> _epochs = Values.Integer(["--epochs"], "Number of epochs, over which the learning rate runs to 0. The trainer's own (1000) unless given.", least: 1);
    private readonly Option<int?> _iterations = Values.Integer(["--iterations"], "Training iterations of an epoch; validation iterations are a fifth of them. The trainer's own (250) unless given.", least: 1);
    private readonly Option<int?> _seed = TrainingChoices.Seed();
    private readonly Option<bool> _findRate = Values.Flag(["--find_lr"], "Train nothing; let the learning rate grow from 1e-6 to 10 on a fresh network (1000 iterations, or --iterations) and write lr_finder.png and .json, with a suggestion.");
    private readonly Option<bool> _fp32 = TrainingChoices.Float32();

    private readonly Option<string?> _pretrained = Values.Text(["--pretrained_weights"], "MODEL", "Begin with the weights of another model: a checkpoint (.safetensors, the original's .model, or nnU-Net v2's .pth), a fold's folder or a model's folder. Tells what fits and what does not.");
    private readonly Option<TimeSpan?> _maxTime = Values.Duration(["--max-time"], "Save and stop after this time (45m, 12h, 1h30m), with exit code 75; -c goes on. Saving takes some seconds more.");
    private readonly Option<bool> _noSaving = Values.Flag(["--disable_saving"], "Write no checkpoints: only scores and curves stay. The training cannot be continued then, and nothing can be predicted with it.");
    private readonly Option<bool> _deterministic = Values.Flag(["--deterministic"], "Accepted for the original's scripts: on a processor the same training repeats bit for bit anyway; on CUDA there is no switch for it yet, which is then reported.");

    /// <inheritdoc/>
    public sealed override CommandGroup Group => CommandGroup.Training;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Symbol> Symbols =>
    [
        _network, _trainer, _task, _fold, .. DeviceOptions, _continue, _validation, _npz, _validationFolder, _best, _keep, _noPostprocessing, _compressed, _plans, _epochs, _iterations, _seed,
        _findRate, _fp32, _pretrained, _maxTime, _noSaving, _deterministic,
    ];

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Option> OriginalOptions =>
        [_validation, _continue, _plans, _compressed, _deterministic, _npz, _findRate, _best, _fp32, _validationFolder, _noSaving, _noPostprocessing, .. OriginalDeviceOptions];

    /// <inheritdoc/>
    public sealed override IReadOnlyList<OptionGroup> Groups =>
    [
        new("Devices", [.. DeviceOptions.Except(WithoutEffect)]),
        new("Begin and end", [_continue, _validation, _maxTime, _findRate, _pretrained, _noSaving]),
        new("Training", [_plans, _epochs, _iterations, _seed, _fp32]),
        new("Validation", [_npz, _validationFolder, _best, _keep, _noPostprocessing]),
        new("Without effect", [_compressed, _deterministic, .. WithoutEffect]),
    ];

    /// <inheritdoc/>
    public sealed override string AfterInterruption => "the same command with -c goes on from the last checkpoint";

    /// <summary>The options by which this command chooses what computes.</summary>
    protected abstract IReadOnlyList<Option> DeviceOptions { get; }

    /// <summary>Those of them that the original's command has.</summary>
    protected virtual IReadOnlyList<Option> OriginalDeviceOptions => [];

    /// <summary>Those of them that are accepted only.</summary>
    protected virtual IReadOnlyList<Option> WithoutEffect => [];

    /// <summary>What the user asks, but for what computes.</summary>
    protected TrainingOptions Options(Invocation call)
    {
        if (call.Get(_compressed)) call.Print("--use_compressed_data has no effect here: preprocessed cases are never unpacked.");
        return new TrainingOptions
        {
            Observers = [new TrainingPictures()],
            Workspace = call.Workspace,
            Configuration = Configuration.Parse(call.Get(_network)),
            Trainer = call.Get(_trainer),
            Task = call.Get(_task),
            Fold = call.Get(_fold),
            Plans = call.Get(_plans)!,
            Continue = call.Get(_continue),
            ValidationOnly = call.Get(_validation),
            Validation = new ValidationOptions
            {
                FolderName = call.Get(_validationFolder)!,
                SaveProbabilities = call.Get(_npz),
                Overwrite = !call.Get(_keep),
                Postprocess = !call.Get(_noPostprocessing),
                Best = call.Get(_best),
            },
            Epochs = call.Get(_epochs),
            Iterations = call.Get(_iterations),
            Seed = call.Get(_seed),
            Precision = call.Get(_fp32) ? ComputePrecision.Float32 : null,
            PretrainedWeights = call.Get(_pretrained),
            MaxTime = call.Get(_maxTime),
            Save = !call.Get(_noSaving),
            Deterministic = call.Get(_deterministic),
            LoaderThreads = EnvironmentSettings.Read().AugmentationThreads,
        };
    }

    /// <summary>Trains, and prints what comes of it.</summary>
    /// <returns>The exit code.</returns>
    protected int Train(Invocation call, TrainingOptions options)
    {
        using TrainingPrinter printer = new(call.Terminal, TimeProvider.System);
        if (call.Get(_findRate)) return FindRate(call, options, printer);

        if (call.Parent is { } parent) return Report(parent, options, call.Cancel);
        TrainingResult result = TrainingRun.Execute(options, new Relay<TrainingProgress>(printer.Show), call.Cancel);
        call.Cancel.ThrowIfCancellationRequested();
        if (result.Summary is { } summary) call.Print(ScoreTable.Means(summary, summary.Scored, advanced: false, LabelNames.Near(call.Workspace.PreprocessedTask(call.Workspace.TaskName(call.Get(_task))))));
        call.Print($"Written: {result.FoldPath}");
        if (result.Completed) return CommandLine.Done;
        if (!result.TimeIsUp) return CommandLine.Interrupted; // another of several processes was, which its command tells

        call.Print(options.Save ? "The time given by --max-time is over; the same command with -c goes on from here." : "The time given by --max-time is over.");
        return CommandLine.Unfinished;
    }

    /// <summary>Tells that the training was interrupted.</summary>
    /// <returns>The exit code.</returns>
    protected int Interrupted(Invocation call)
    {
        call.Terminal.ErrorLine($"nnunet: interrupted; {AfterInterruption}.");
        return CommandLine.Interrupted;
    }

    /// <summary>Trains for another run of this program.</summary>
    private static int Report(ParentLink parent, TrainingOptions options, CancellationToken cancel)
    {
        try
        {
            TrainingResult result = TrainingRun.Execute(options, ChildTraining.ReportsTo(parent, TimeProvider.System), cancel);
            if (!result.Completed) cancel.ThrowIfCancellationRequested();
            return result.Completed ? CommandLine.Done : CommandLine.Failed;
        }
        catch (FoldInUseException e)
        {
            ChildTraining.TellInUse(parent, e);
            throw;
        }
    }

    private static int FindRate(Invocation call, TrainingOptions options, TrainingPrinter printer)
    {
        LearningRateCurve curve = LearningRateFinder.Execute(options, new Relay<TrainingProgress>(printer.Show), call.Cancel);
        call.Terminal.ClearStatus();
        string end = curve.Exploded ? "the loss exploded" : "the largest rate was reached";
        call.Print(FormattableString.Invariant($"{curve.Rates.Count} iterations, then {end}."));
        call.Print(curve.Suggested is { } rate
            ? FormattableString.Invariant($"Suggested learning rate: {rate:G2}, a tenth of the rate with the lowest loss. A trainer of your own can set it (docs/extending.md).")
            : "Too few iterations to suggest a learning rate.");
        return CommandLine.Done;
    }
}
