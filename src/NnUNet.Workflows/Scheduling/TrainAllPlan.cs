using NnUNet.Foundation;

namespace NnUNet.Workflows.Scheduling;

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
