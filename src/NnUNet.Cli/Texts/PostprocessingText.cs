using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;

namespace NnUNet.Cli.Texts;

/// <summary>A decision about postprocessing for people.</summary>
internal static class PostprocessingText
{
    /// <summary>One row a class with its Dice before and after each step, and what was decided.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="names">The labels' names by label.</param>
    public static string Table(PostprocessingDecision decision, IReadOnlyDictionary<string, string> names)
    {
        bool each = decision.DicePerClassEach.Count > 0;
        List<string[]> rows = [each ? ["class", "as predicted", "largest of all", "largest of each"] : ["class", "as predicted", "largest part"]];
        foreach (string label in decision.DicePerClassRaw.Keys.OrderBy(static l => int.TryParse(l, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int label) ? label : int.MaxValue))
        {
            string[] row = [LabelNames.TextOf(label, names, bare: ""), ScoreTable.Number(decision.DicePerClassRaw[label]), ScoreTable.Number(decision.DicePerClassAll.GetValueOrDefault(label, double.NaN))];
            rows.Add(each ? [.. row, ScoreTable.Number(decision.DicePerClassEach.GetValueOrDefault(label, double.NaN))] : row);
        }

        return $"{TextTable.Format(rows)}{Environment.NewLine}{Decision(decision, names)}, by the Dice of {decision.NumSamples} cases";
    }

    /// <summary>What is done, in one sentence without its full stop.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="names">The labels' names by label; null for numbers only.</param>
    public static string Decision(PostprocessingDecision decision, IReadOnlyDictionary<string, string>? names = null) =>
        $"postprocessing: {(names is null ? decision.Text : decision.TextWith(names))}";
}
