using System.Globalization;
using System.Text;
using NnUNet.Foundation;

namespace NnUNet.Core.Evaluation;

/// <summary>The Dice of each region in each case as the original writes it: <c>summary.csv</c> beside the segmentations.</summary>
/// <remarks>
/// One row a case, then mean and median without undefined values, and both once more with 1 for them. Four digits.
/// Source: nnunet/evaluation/region_based_evaluation.py, evaluate_regions.
/// </remarks>
public static class RegionTable
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "summary.csv";

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file, replaced if it exists.</param>
    /// <param name="regions">The scores.</param>
    public static void Write(string path, RegionResults regions) => AtomicFile.WriteText(path, Text(regions));

    /// <summary>The text of the file.</summary>
    internal static string Text(RegionResults regions)
    {
        string[] names = [.. regions.Definition.Select(static r => r.Name)];
        double[][] dice = [.. names.Select(name => regions.All.Select(c => Dice(c, name)).ToArray())];
        StringBuilder text = new();
        Row("casename", names.Select(ScoreSheet.Quoted));
        for (int i = 0; i < regions.All.Count; i++)
        {
            int at = i;
            Row(ScoreSheet.Quoted(regions.All[i].CaseId), dice.Select(d => Number(d[at])));
        }

        Row("mean", dice.Select(static d => Number(Averages.Mean(d.Order()))));
        Row("median", dice.Select(static d => Number(Averages.Median(d))));
        Row("mean (nan is 1)", dice.Select(static d => Number(Averages.Mean(WithOnes(d).Order()))));
        Row("median (nan is 1)", dice.Select(static d => Number(Averages.Median(WithOnes(d)))));
        return text.ToString();

        void Row(string first, IEnumerable<string> fields) => text.Append(first).Append(',').AppendJoin(',', fields).Append('\n');
    }

    private static double Dice(CaseScores scores, string region) =>
        scores.Labels.TryGetValue(region, out SortedDictionary<string, double>? values) && values.TryGetValue("Dice", out double dice) ? dice : double.NaN;

    private static IEnumerable<double> WithOnes(double[] values) => values.Select(static v => double.IsNaN(v) ? 1 : v);

    private static string Number(double value) => double.IsNaN(value) ? "nan" : value.ToString("F4", CultureInfo.InvariantCulture);
}
