using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Workflows.Scheduling;

/// <summary>How far a fold is.</summary>
public enum FoldState
{
    /// <summary>Nothing is trained.</summary>
    Missing,

    /// <summary>There is a checkpoint from which the training goes on.</summary>
    Interrupted,

    /// <summary>The training is complete, but not all that its validation should leave is there.</summary>
    NotValidated,

    /// <summary>Trained and validated.</summary>
    Complete,

    /// <summary>Another process trains it.</summary>
    Running,

    /// <summary>The checkpoints cannot be read, and are left for the user to decide about.</summary>
    Damaged,
}

/// <summary>One fold of one model.</summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="Trainer">The recipe's name.</param>
/// <param name="Fold">A number, or <c>all</c>.</param>
public readonly record struct FoldKey(Configuration Configuration, string Trainer, string Fold)
{
    /// <summary>For people: <c>3d_fullres, fold 0</c>.</summary>
    public override string ToString() => $"{Configuration}, fold {Fold}";
}

/// <summary>One fold to train, or one that is trained already.</summary>
public sealed record FoldWork
{
    /// <summary>Which fold.</summary>
    public required FoldKey Key { get; init; }

    /// <summary>How far it is.</summary>
    public required FoldState State { get; init; }

    /// <summary>Complete epochs.</summary>
    public required int Epoch { get; init; }

    /// <summary>Epochs in all.</summary>
    public required int Epochs { get; init; }

    /// <summary>What its training still takes, by the epochs that are trained; null where none of its configuration is.</summary>
    public TimeSpan? Estimate { get; init; }

    /// <summary>Mean foreground Dice of the validation cases; null where they are not scored yet.</summary>
    public double? Dice { get; init; }

    /// <summary>What must be complete before.</summary>
    public ValueArray<FoldKey> Needs { get; init; }

    /// <summary>What there is to know beside; may be empty. Of a fold in training, who trains it.</summary>
    public string Remark { get; init; } = "";

    /// <summary>Whether there is something to do.</summary>
    public bool IsOpen => State != FoldState.Complete;
}

/// <summary>What <c>train_all</c> is going to do.</summary>
/// <param name="Task">The task's full name.</param>
/// <param name="Options">What was asked for.</param>
/// <param name="Work">All folds, in the order in which they are trained.</param>
public sealed record TrainAllPlan(string Task, TrainAllOptions Options, ValueArray<FoldWork> Work)
{
    /// <summary>What is to be done, in order.</summary>
    public IReadOnlyList<FoldWork> Open => [.. Work.Where(static w => w.IsOpen)];

    /// <summary>About how long everything takes on all devices together, without the final validations; null where nothing is known.</summary>
    public TimeSpan? Estimate
    {
        get
        {
            double[] known = [.. Open.Where(static w => w.Estimate is not null).Select(static w => w.Estimate!.Value.TotalSeconds)];
            return known.Length == 0 ? null : TimeSpan.FromSeconds(known.Sum() / Math.Min(Options.Devices.Count, known.Length));
        }
    }

    /// <summary>Whether <see cref="Estimate"/> covers all that is to be trained.</summary>
    public bool IsEstimateComplete => Open.All(static w => w.Estimate is not null || w.State is FoldState.NotValidated or FoldState.Damaged or FoldState.Running);
}
