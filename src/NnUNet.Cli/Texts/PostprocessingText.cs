using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Core.Postprocessing;

namespace NnUNet.Cli.Texts;

/// <summary>A decision about postprocessing for people.</summary>
internal static class PostprocessingText
{
    /// <summary>One row a class with its Dice before and after each step, and what was decided.</summary>
    public static string Table(PostprocessingDecision decision)
    {
        bool each = decision.DicePerClassEach.Count > 0;
        List<string[]> rows = [each ? ["class", "as predicted", "largest of all", "largest of each"] : ["class", "as predicted", "largest part"]];
        foreach (string label in decision.DicePerClassRaw.Keys.OrderBy(static l => int.Parse(l, CultureInfo.InvariantCulture)))
        {
            string[] row = [label, ScoreTable.Number(decision.DicePerClassRaw[label]), ScoreTable.Number(decision.DicePerClassAll.GetValueOrDefault(label, double.NaN))];
            rows.Add(each ? [.. row, ScoreTable.Number(decision.DicePerClassEach.GetValueOrDefault(label, double.NaN))] : row);
        }

        return $"{TextTable.Format(rows)}{Environment.NewLine}{Decision(decision)}, by the Dice of {decision.NumSamples} cases";
    }

    /// <summary>What is done, in one sentence without its full stop.</summary>
    public static string Decision(PostprocessingDecision decision) => $"postprocessing: {decision.Text}";
}
