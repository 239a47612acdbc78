using NnUNet.Foundation;

namespace NnUNet.Core.Comparison;

/// <summary>Trainer and plans with their ranks.</summary>
/// <param name="Name">TRAINER__PLANS.</param>
/// <param name="MeanRank">The mean of the ranks over the tasks; 1 is the best.</param>
/// <param name="Tasks">The rank in each task.</param>
public sealed record RankedCandidate(string Name, double MeanRank, ValueArray<TaskRank> Tasks);

/// <summary>A rank in one task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Configuration">The configuration that is best there; null where none is complete.</param>
/// <param name="Dice">Its mean Dice; NaN where there is none.</param>
/// <param name="Rank">The rank from 1 on; of equal ones the mean of their places.</param>
public sealed record TaskRank(string Task, string? Configuration, double Dice, double Rank);

/// <summary>Ranks trainers and plans in each task by their best configuration, and by the mean of these ranks.</summary>
/// <remarks>
/// What is missing in a task is last there, as in the original, where it counts as a Dice of 0. The original's ranks begin with 0, and of
/// equal ones give each another one by chance. Source: nnunet/evaluation/model_selection/rank_candidates.py.
/// </remarks>
internal static class CandidateRanking
{
    /// <summary>The ranking of complete models; none where less than two candidates have any.</summary>
    public static ValueArray<RankedCandidate> Of(IReadOnlyCollection<ComparedModel> models)
    {
        ComparedModel[] complete = [.. models.Where(static m => m.IsComplete && !double.IsNaN(m.MeanDice))];
        string[] candidates = [.. complete.Select(static m => m.Candidate).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string[] tasks = [.. complete.Select(static m => m.Task).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (candidates.Length < 2) return [];

        TaskRank[][] ranks = [.. tasks.Select(task => RanksIn(task, candidates, complete))];
        return candidates
            .Select((name, i) => new RankedCandidate(name, ranks.Average(task => task[i].Rank), ranks.Select(task => task[i]).ToValueArray()))
            .OrderBy(static c => c.MeanRank).ThenBy(static c => c.Name, StringComparer.Ordinal).ToValueArray();
    }

    private static TaskRank[] RanksIn(string task, string[] candidates, ComparedModel[] models)
    {
        ComparedModel?[] best = [.. candidates.Select(name => models.Where(m => m.Task == task && m.Candidate == name).MaxBy(static m => m.MeanDice))];
        double[] dice = [.. best.Select(static m => m?.MeanDice ?? 0)];
        return [.. best.Select((m, i) => new TaskRank(task, m?.Configuration, m?.MeanDice ?? double.NaN, 1 + dice.Count(d => d > dice[i]) + ((dice.Count(d => d == dice[i]) - 1) / 2.0)))];
    }
}
