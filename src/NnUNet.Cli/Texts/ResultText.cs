using NnUNet.Cli.Frame;
using NnUNet.Interop.V2.Results;

namespace NnUNet.Cli.Texts;

/// <summary>What the commands of nnU-Net v2 on results print.</summary>
internal static class ResultText
{
    /// <summary>One row a structure with its mean scores, and the mean Dice of the foreground.</summary>
    public static string Means(SummaryMeans means)
    {
        List<string[]> rows = [["label", "Dice", "IoU"]];
        rows.AddRange(means.Mean.Select(static m => (string[])[m.Key, ScoreTable.Number(m.Value["Dice"]), ScoreTable.Number(m.Value["IoU"])]));
        return $"{TextTable.Format(rows)}{Environment.NewLine}mean foreground Dice {ScoreTable.Number(means.ForegroundDice)}";
    }

    /// <summary>One row a trial, and what was decided.</summary>
    public static string Trials(ChosenPostprocessing chosen)
    {
        List<string[]> rows = [["largest part of", "Dice before", "after", "used"]];
        rows.AddRange(chosen.Trials.Select(static t => (string[])[t.Step.Text, ScoreTable.Number(t.Before), ScoreTable.Number(t.After), t.IsUsed ? "yes" : "no"]));
        return $"{TextTable.Format(rows)}{Environment.NewLine}postprocessing: {chosen.Postprocessing.Text}";
    }

    /// <summary>One row a candidate, the best one marked.</summary>
    public static string Candidates(BestResult result)
    {
        List<string[]> rows = [["", "model", "Dice"]];
        rows.AddRange(result.Candidates.Select(c => (string[])[c == result.Best ? "*" : "", c.Name, ScoreTable.Number(c.Dice)]));
        return TextTable.Format(rows);
    }
}
