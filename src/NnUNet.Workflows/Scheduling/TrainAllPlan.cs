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
    public bool IsEstimateComplete => Open.All(static w => w.Estimate is not null || w.State is FoldState.NotValidated or FoldState.Damaged or FoldState.Different or FoldState.Running);

    /// <summary>What must be told before anything is trained, each in one sentence.</summary>
    public IReadOnlyList<string> Warnings => [.. Work.Select(static w => w.SplitRemark).OfType<string>().Distinct()];

    /// <summary>Why nothing of this plan is done: folds that were trained or begun otherwise than is asked for; null where nothing keeps it from being done.</summary>
    public DescribedException? Obstacle
    {
        get
        {
            FoldWork[] different = [.. Work.Where(static w => w.State == FoldState.Different)];
            if (different.Length == 0) return null;

            string folds = different.Length == 1 ? "a fold was" : $"{different.Length} folds were";
            return new DescribedException(
                Task,
                $"{folds} trained or begun otherwise than is asked for now ({string.Join("; ", different.Select(static w => $"{w.Key}: {w.Remark}"))})",
                $"{Remedy(different)}, or move {string.Join(", ", different.Select(static w => w.Folder))} away to train anew");
        }
    }

    private static string Remedy(FoldWork[] different)
    {
        string[] names = [.. different.SelectMany(static w => w.Differences!.Asked).Select(static text => text.Split(' ')[0] == "the" ? "--seed" : $"--{text.Split(' ')[0]}").Distinct()];
        string options = names.Length == 0 ? "" : $"leave out {string.Join(" and ", names)} to keep what is trained";
        string decisions = different.All(static w => w.Differences!.Decided.Count == 0) ? "" : "restore the plan or the trainer";
        return string.Join(" and ", ((string[])[options, decisions]).Where(static text => text.Length > 0));
    }
}
