using System.Globalization;
using NnUNet.Core;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Training;

/// <summary>What the user asks of a training: <c>nnUNet_train CONFIGURATION TRAINER TASK FOLD</c>.</summary>
public sealed record TrainingOptions
{
    /// <summary>The plans' name where the user gives none.</summary>
    public const string DefaultPlans = "nnUNetPlansv2.1";

    /// <summary>Further receivers of the training's progress, such as one that draws pictures. An exception of one of them becomes a notice and does not stop the training.</summary>
    /// <value>None.</value>
    public IReadOnlyList<IProgress<TrainingProgress>> Observers { get; init; } = [];

    /// <summary>The folders in force.</summary>
    public required Workspace Workspace { get; init; }

    /// <summary>2d, 3d_lowres, 3d_fullres or 3d_cascade_fullres.</summary>
    public required Configuration Configuration { get; init; }

    /// <summary>The recipe's name in the catalogue.</summary>
    /// <value>nnUNetTrainerV2; for 3d_cascade_fullres nnUNetTrainerV2CascadeFullRes.</value>
    public string Trainer
    {
        get => field ?? Configuration.DefaultTrainer;
        init;
    }

    /// <summary>The task's number or full name.</summary>
    public required string Task { get; init; }

    /// <summary>The fold: a number from 0 on, or <c>all</c>.</summary>
    public required string Fold { get; init; }

    /// <summary>The plans' name.</summary>
    /// <value>nnUNetPlansv2.1.</value>
    public string Plans { get; init; } = DefaultPlans;

    /// <summary>Number of epochs, over which the learning rate runs to 0.</summary>
    /// <value>Null: the recorded number where a training is continued, else the recipe's (1000).</value>
    public int? Epochs { get; init; }

    /// <summary>Training iterations of an epoch; validation iterations are a fifth of them, at least 1.</summary>
    /// <value>Null: the recorded number where a training is continued, else the recipe's (250).</value>
    public int? Iterations { get; init; }

    /// <summary>Whether an interrupted training continues from its last checkpoint.</summary>
    public bool Continue { get; init; }

    /// <summary>Whether nothing is trained and only the final validation is run with the final checkpoint.</summary>
    public bool ValidationOnly { get; init; }

    /// <summary>How the validation cases are predicted and scored at the end.</summary>
    /// <value>With the final checkpoint, into <c>validation_raw</c>, without probabilities.</value>
    public ValidationOptions Validation { get; init; } = new();

    /// <summary>Seed of weights and batches.</summary>
    /// <value>Null: the recorded one where a training is continued, else 12345.</value>
    public long? Seed { get; init; }

    /// <summary>The device that computes.</summary>
    /// <value>The CPU.</value>
    public TorchDevice Device { get; init; } = TorchDevice.Cpu;

    /// <summary>Devices on which replicas train together, each on a thread of its own with a part of every batch; the CPU may be named several times.</summary>
    /// <value>None: <see cref="Device"/> alone.</value>
    public ValueArray<TorchDevice> Devices { get; init; }

    /// <summary>Whether replicas share one batch of the plan's size (the original's <c>--dbs</c>), so that their number does not change what is trained; otherwise each has a batch of that size.</summary>
    /// <value>True.</value>
    public bool DistributeBatch { get; init; } = true;

    /// <summary>The element type of the convolutions.</summary>
    /// <value>Null: the recorded one where a training is continued, else the fastest of the device (<see cref="ComputePrecisions.FastestOn"/>).</value>
    public ComputePrecision? Precision { get; init; }

    /// <summary>Threads of one torch operation.</summary>
    /// <value>Null: the recorded number where a training is continued, else the machine's cores.</value>
    public int? Threads { get; init; }

    /// <summary>Threads that make batches (<c>nnUNet_n_proc_DA</c>); they and torch's threads exceed the cores by one at most.</summary>
    /// <value>Null: as many as that allows.</value>
    public int? LoaderThreads { get; init; }

    /// <summary>A checkpoint (<c>.safetensors</c>, <c>.model</c>), a fold's or a model's folder whose weights the training begins with.</summary>
    /// <value>Null: fresh weights. Without effect where a training is continued.</value>
    public string? PretrainedWeights { get; init; }

    /// <summary>Time after which the training is saved and stops.</summary>
    /// <value>Null: never.</value>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>Whether checkpoints are written; without them a training cannot be continued, validated again or predicted with.</summary>
    /// <value>True.</value>
    public bool Save { get; init; } = true;

    /// <summary>Whether a run that may not repeat bit for bit says so. On the processor every run does.</summary>
    /// <value>False.</value>
    public bool Deterministic { get; init; }

    /// <summary>Time after which <c>model_latest</c> is written within an epoch too.</summary>
    /// <value>Ten minutes.</value>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What joins this process to the others that train the same fold; null where it trains it by itself.</summary>
    internal ICommunicator? Communicator { get; init; }

    /// <summary>Replicas that train together.</summary>
    internal int Replicas => Communicator?.World ?? Math.Max(1, Devices.Count);

    /// <summary>Those of the replicas that share this machine.</summary>
    internal int ReplicasHere => Communicator?.MembersHere ?? Replicas;

    /// <summary>Whether the replicas of this machine share its cores; otherwise those that this process sees are its own, as where a launcher binds processes.</summary>
    /// <value>True.</value>
    internal bool SharesCores { get; init; } = true;

    /// <summary>Among how many replicas the cores that this process sees are divided.</summary>
    internal int CoreShares => SharesCores ? ReplicasHere : 1;

    /// <summary>What is wrong with the options themselves, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Communicator is not null && Devices.Count > 1) yield return "several devices are for one process, but this is one of several processes that train together";
        if (TorchDevice.Repeated(Devices) is { } twice) yield return $"{twice} is named twice, but a CUDA device holds one replica";

        foreach (string fault in TrainerFaults()) yield return fault;
        if (Fold != Folds.All && !int.TryParse(Fold, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            yield return $"the fold is \"{Fold}\", but must be a number from 0 on, or {Folds.All}";
        }

        if (Epochs < 1) yield return $"the number of epochs is {Epochs}, but must be at least 1";
        if (Iterations < 1) yield return $"the number of iterations is {Iterations}, but must be at least 1";
        if (Threads < 1) yield return $"the number of threads is {Threads}, but must be at least 1";
        if (LoaderThreads < 1) yield return $"the number of loader threads is {LoaderThreads}, but must be at least 1";
        if (MaxTime <= TimeSpan.Zero) yield return $"the longest time is {MaxTime}, but must be positive";
        if (!Save && (Continue || ValidationOnly)) yield return "a training that saves no checkpoints cannot be continued or only validated";
        if (CheckpointInterval <= TimeSpan.Zero) yield return $"the checkpoint interval is {CheckpointInterval}, but must be positive";
        if (Validation.Best && !ValidationOnly) yield return "the best checkpoint is validated only where nothing is trained (-val); a training ends with the validation of its final checkpoint";
        foreach (string fault in Validation.Faults()) yield return fault;
    }

    /// <summary>What is wrong with the trainer for the configuration, and what of the options it cannot do.</summary>
    internal IEnumerable<string> TrainerFaults() =>
        TrainerFaults(Configuration, Trainer).Concat(Catalog<TrainerRecipe>.Contains(Trainer) ? Catalog<TrainerRecipe>.Create(Trainer).Faults(this) : []);

    /// <summary>What is wrong with a trainer for a configuration.</summary>
    internal static IEnumerable<string> TrainerFaults(Configuration configuration, string trainer)
    {
        if (!Catalog<TrainerRecipe>.Contains(trainer))
        {
            yield return MissingTrainers.ReasonFor(trainer) is { } reason
                ? $"the original's trainer {trainer} is not here: {reason}"
                : $"there is no trainer \"{trainer}\": {Nearest.Remedy(trainer, Catalog<TrainerRecipe>.Names, TrainerRecipe.Listing)}";
        }
        else if (Catalog<TrainerRecipe>.Create(trainer).UsesPreviousStage != (configuration == Configuration.Cascade))
        {
            yield return configuration == Configuration.Cascade
                ? $"the trainer {trainer} does not use the low resolution's segmentation, but {Configuration.Cascade} needs one that does, such as {Configuration.Cascade.DefaultTrainer}"
                : $"the trainer {trainer} needs the low resolution's segmentation, so it is for {Configuration.Cascade} only";
        }
    }
}
