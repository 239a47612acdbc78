using System.Globalization;
using System.Text;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Comparison;

/// <summary>A comparison as comma-separated values, one row a model: scores, and what its plan says.</summary>
/// <remarks>Written as <see cref="ScoreSheet"/>.</remarks>
public static class ComparisonSheet
{
    /// <summary>Writes the file.</summary>
    public static void Write(string path, ComparisonResult result) => AtomicFile.WriteText(path, Text(result));

    internal static string Text(ComparisonResult result)
    {
        int[] labels = [.. result.Models.SelectMany(static m => m.Labels.Keys).Distinct().Order()];
        Dictionary<string, double> ranks = result.Ranking.ToDictionary(static r => r.Name, static r => r.MeanRank, StringComparer.Ordinal);
        StringBuilder text = new();
        ScoreSheet.Row(
            text,
            [
                "task", "configuration", "trainer", "plans", "folds", "cases", "mean_dice", "median_dice", "mean_rank", .. labels.Select(static l => string.Create(CultureInfo.InvariantCulture, $"dice_{l}")),
                "batch_size", "patch_size", "patch_size_mm", "median_size", "spacing", "original_spacing", "poolings", "pool_strides", "kernels",
            ]);
        foreach (ComparedModel model in result.Models)
        {
            ScoreSheet.Row(
                text,
                [
                    model.Task, model.Configuration, model.Trainer, model.Plans, string.Join(' ', model.Folds), model.Cases.ToString(CultureInfo.InvariantCulture),
                    Number(model.MeanDice), Number(model.MedianDice), Number(model.IsComplete ? ranks.GetValueOrDefault(model.Candidate, double.NaN) : double.NaN),
                    .. labels.Select(l => Number(model.Labels.GetValueOrDefault(l)?.Mean ?? double.NaN)),
                    .. Plan(model.Stage),
                ]);
        }

        return text.ToString();
    }

    private static string[] Plan(ConfigurationPlan? stage) => stage is null ? ["", "", "", "", "", "", "", "", ""] :
    [
        stage.BatchSize.ToString(CultureInfo.InvariantCulture), Sizes(stage.PatchSize),
        string.Join(" x ", stage.PatchSize.Zip(stage.CurrentSpacing.Skip(stage.CurrentSpacing.Count - stage.PatchSize.Count), static (n, mm) => (n * mm).ToString("0.###", CultureInfo.InvariantCulture))),
        Sizes(stage.MedianPatientSizeInVoxels), Millimetres(stage.CurrentSpacing), Millimetres(stage.OriginalSpacing), Sizes(stage.NumPoolPerAxis),
        string.Join(", ", stage.PoolOpKernelSizes.Select(static k => Sizes(k))), string.Join(", ", stage.ConvKernelSizes.Select(static k => Sizes(k))),
    ];

    private static string Sizes(ValueArray<int> sizes) => string.Join(" x ", sizes);

    private static string Millimetres(ValueArray<double> spacing) => string.Join(" x ", spacing.Select(static mm => mm.ToString("0.###", CultureInfo.InvariantCulture)));

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);
}
