using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Core.Comparison;
using NnUNet.Core.Evaluation;

namespace NnUNet.Cli.Texts;

/// <summary>The comparison of trained models in words.</summary>
internal static class ComparisonText
{
    /// <summary>Prints a table for each task, and the ranking.</summary>
    public static void Print(Invocation call, ComparisonResult result)
    {
        foreach (IGrouping<string, ComparedModel> task in result.Models.GroupBy(static m => m.Task, StringComparer.Ordinal))
        {
            call.Print($"{task.Key}: Dice, mean over the cases of all folds");
            call.Print(Table([.. task], LabelNames.Near(call.Workspace.PreprocessedTask(task.Key), call.Workspace.RawTask(task.Key))));
            call.Print();
        }

        if (result.Ranking.Count == 0) return;
        call.Print("Ranks by the best configuration in each task:");
        call.Print(Ranks(result));
        call.Print();
    }

    private static string Table(ComparedModel[] models, IReadOnlyDictionary<string, string> names)
    {
        int[] labels = [.. models.SelectMany(static m => m.Labels.Keys).Distinct().Order()];
        List<string[]> rows = [["configuration", "trainer", "plans", "folds", "cases", .. labels.Select(l => LabelNames.TextOf(l, names, "class ")), "mean", "median"]];
        rows.AddRange(models.Select(model => (string[])
        [
            model.Configuration, model.Trainer, model.Plans, string.Join(' ', model.Folds), model.Cases.ToString(CultureInfo.InvariantCulture),
            .. labels.Select(l => ScoreTable.Number(model.Labels.GetValueOrDefault(l)?.Mean ?? double.NaN)),
            ScoreTable.Number(model.MeanDice), ScoreTable.Number(model.MedianDice),
        ]));
        return TextTable.Format(rows, left: 3);
    }

    private static string Ranks(ComparisonResult result)
    {
        List<string[]> rows = [["trainer and plans", "mean rank", .. result.Ranking[0].Tasks.Select(static t => t.Task)]];
        rows.AddRange(result.Ranking.Select(static candidate => (string[])
        [
            candidate.Name, candidate.MeanRank.ToString("0.##", CultureInfo.InvariantCulture),
            .. candidate.Tasks.Select(static t => t.Configuration is null ? $"{Rank(t)} (missing)" : $"{Rank(t)} ({t.Configuration} {ScoreTable.Number(t.Dice)})"),
        ]));
        return TextTable.Format(rows);
    }

    private static string Rank(TaskRank rank) => rank.Rank.ToString("0.#", CultureInfo.InvariantCulture);
}
