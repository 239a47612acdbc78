using System.Globalization;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Workflows.Scheduling;

/// <summary>What the user asks of <c>nnunet train_all TASK</c>.</summary>
public sealed record TrainAllOptions
{
    /// <summary>
    /// What all trainings have in common: folders, task, plans, trainer, lengths, validation. Configuration, fold, device and
    /// whether it continues are set for each.
    /// </summary>
    public required TrainingOptions Each { get; init; }

    /// <summary>The recipe of 3d_cascade_fullres.</summary>
    /// <value>nnUNetTrainerV2CascadeFullRes.</value>
    public string CascadeTrainer { get; init; } = Configuration.Cascade.DefaultTrainer;

    /// <summary>The configurations.</summary>
    /// <value>None: all that the plans have.</value>
    public ValueArray<Configuration> Configurations { get; init; }

    /// <summary>The folds: numbers, or <c>all</c>.</summary>
    /// <value>None: all of the splits, usually 0 to 4.</value>
    public ValueArray<string> Folds { get; init; }

    /// <summary>The devices; each trains one fold at a time. The processor may be there several times: so many folds share its cores.</summary>
    /// <value>The CPU.</value>
    public ValueArray<TorchDevice> Devices { get; init; } = [TorchDevice.Cpu];

    /// <summary>Whether configurations that the plans do not have are left out instead of being refused.</summary>
    /// <value>False.</value>
    public bool OnlyPlanned { get; init; }

    /// <summary>Time after which the trainings are saved and stop, and no other is begun.</summary>
    /// <value>Null: never.</value>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>How one fold is trained.</summary>
    /// <value>In this process.</value>
    internal FoldTraining Training { get; init; } = TrainingRun.Execute;

    /// <summary>The trainer of a configuration.</summary>
    public string TrainerOf(Configuration configuration) => configuration == Configuration.Cascade ? CascadeTrainer : Each.Trainer;

    /// <summary>What is wrong with the options themselves, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (string fold in Folds.Where(static f => f != Core.CrossValidation.Folds.All && !int.TryParse(f, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            yield return $"the fold is \"{fold}\", but must be a number from 0 on, or {Core.CrossValidation.Folds.All}";
        }

        if (MaxTime <= TimeSpan.Zero) yield return $"the longest time is {MaxTime}, but must be positive";
        if (Devices.Count == 0) yield return "there is no device";
        if (TorchDevice.Repeated(Devices) is { } twice)
        {
            yield return $"the devices {Devices} are not all different: {twice} trains one fold at a time (the cores of cpu can be shared by several)";
        }
    }
}
