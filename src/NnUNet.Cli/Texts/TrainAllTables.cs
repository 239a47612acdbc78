using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Machine;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Cli.Texts;

/// <summary>What <c>train_all</c> is going to do, and what it has done, as tables.</summary>
internal static class TrainAllTables
{
    /// <summary>Configuration, fold and state.</summary>
    private const int WordColumns = 3;

    /// <summary>Every fold with its state and the time that it still takes, and a line about all of them.</summary>
    public static string Plan(TrainAllPlan plan) => $"{plan.Task}{Environment.NewLine}{Folds(plan)}";

    /// <summary>The same without the task's name.</summary>
    public static string Folds(TrainAllPlan plan)
    {
        string[][] rows =
        [
            ["configuration", "fold", "state", "time left"],
            .. plan.Work.Select(w => (string[])[w.Key.Configuration.Name, w.Key.Fold, State(w, plan.Options.Each.Validation.SaveProbabilities), Time(w)]),
        ];
        return $"{TextTable.Format(rows, WordColumns)}{Environment.NewLine}{Sum(plan)}";
    }

    /// <summary>Every fold with how it ended and its score.</summary>
    public static string Results(IReadOnlyList<FoldResult> results) => TextTable.Format(
        [
            ["configuration", "fold", "result", "Dice"],
            .. results.Select(static r => (string[])[r.Work.Key.Configuration.Name, r.Work.Key.Fold, Outcome(r.Outcome), Dice(r.Dice)]),
        ],
        WordColumns);

    private static string Sum(TrainAllPlan plan)
    {
        int open = plan.Open.Count;
        if (open == 0) return $"All {plan.Work.Count} folds are complete.";
        if (plan.Obstacle is not null) return $"{plan.Work.Count(static w => w.State == FoldState.Different)} of {plan.Work.Count} folds were begun otherwise than is asked for, so nothing is trained.";

        int running = plan.Work.Count(static w => w.State == FoldState.Running);
        string elsewhere = running > 0 ? $", {running} in training by another process" : "";
        string count = $"{plan.Work.Count - open} of {plan.Work.Count} folds are complete{elsewhere}, {open - running} to do";
        if (open == running) return $"{count}.";

        string devices = plan.Options.Devices.Count == 1 ? $"on {plan.Options.Devices[0]}" : $"on {plan.Options.Devices.Count} devices";
        string time = plan.Estimate is not { } estimate
            ? "how long that takes is known after a first epoch of each configuration"
            : $"{(plan.IsEstimateComplete ? "about" : "at least")} {Sizes.Text(estimate)} {devices}, without the final validations";
        return $"{count}: {time}.";
    }

    /// <summary>How far a fold is.</summary>
    public static string State(FoldWork work, bool probabilities)
    {
        string state = work.State switch
        {
            FoldState.Missing => string.Create(CultureInfo.InvariantCulture, $"to train, {work.Epochs} epoch{(work.Epochs == 1 ? "" : "s")}"),
            FoldState.Interrupted => string.Create(CultureInfo.InvariantCulture, $"to continue after epoch {work.Epoch} of {work.Epochs}"),
            FoldState.NotValidated => probabilities ? "trained, to validate with probabilities" : "trained, to validate",
            FoldState.Damaged => "damaged",
            FoldState.Different => $"refused, was begun otherwise: {work.Remark}",
            FoldState.Running => $"in training by {work.Remark}",
            _ => work.Dice is null ? "complete" : $"complete, Dice {Dice(work.Dice)}",
        };
        return work.Remark.Length == 0 || work.State is FoldState.Running or FoldState.Damaged or FoldState.Different ? state : $"{state}, {work.Remark}";
    }

    private static string Time(FoldWork work) => work.State is not (FoldState.Missing or FoldState.Interrupted) ? "" : work.Estimate is { } left ? Sizes.Text(left) : "?";

    private static string Dice(double? dice) => dice is { } value ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "";

    private static string Outcome(FoldOutcome outcome) => outcome switch
    {
        FoldOutcome.WasComplete => "was complete",
        FoldOutcome.Done => "done",
        FoldOutcome.Failed => "failed",
        FoldOutcome.Skipped => "skipped",
        FoldOutcome.Interrupted => "interrupted",
        _ => "not started",
    };
}
