using System.Globalization;
using NnUNet.Core.Comparison;
using NnUNet.Core.Planning;

namespace NnUNet.Cli.Documents;

/// <summary>Trained models beside each other: <c>nnunet/compare/1</c>. A score that is not defined is null.</summary>
/// <param name="Models">The models with scores, by task and then from the best to the worst.</param>
/// <param name="Ranking">Trainers and plans by their mean rank, the best first; empty where there are less than two.</param>
/// <param name="Written">The files that were written.</param>
internal sealed record ComparisonDocument(IReadOnlyList<ComparedModelEntry> Models, IReadOnlyList<RankEntry> Ranking, IReadOnlyList<string> Written)
{
    /// <summary>The document's kind and version.</summary>
    public const string Schema = "nnunet/compare/1";

    /// <summary>A comparison as a document.</summary>
    public static ComparisonDocument Of(ComparisonResult result, string? csv) => new(
        [.. result.Models.Select(ComparedModelEntry.Of)],
        [.. result.Ranking.Select(static r => new RankEntry(r.Name, r.MeanRank, [.. r.Tasks.Select(static t => new TaskRankEntry(t.Task, t.Configuration, t.Dice, t.Rank))]))],
        csv is null ? [] : [Path.GetFullPath(csv)]);
}

/// <summary>A model and its scores.</summary>
internal sealed record ComparedModelEntry(
    string Task,
    string Configuration,
    string Trainer,
    string Plans,
    string Folder,
    IReadOnlyList<int> Folds,
    IReadOnlyList<int> MissingFolds,
    int Cases,
    double MeanDice,
    double MedianDice,
    SortedDictionary<string, ComparedLabelEntry> Labels,
    ComparedPlanEntry? Plan)
{
    /// <summary>A model as an entry.</summary>
    public static ComparedModelEntry Of(ComparedModel model) => new(
        model.Task,
        model.Configuration,
        model.Trainer,
        model.Plans,
        model.Folder,
        model.Folds,
        model.MissingFolds,
        model.Cases,
        model.MeanDice,
        model.MedianDice,
        new(model.Labels.ToDictionary(static l => l.Key.ToString(CultureInfo.InvariantCulture), static l => new ComparedLabelEntry(l.Value.Mean, l.Value.Median)), StringComparer.Ordinal),
        ComparedPlanEntry.Of(model.Stage));
}

/// <summary>The Dice of a label over the cases.</summary>
internal sealed record ComparedLabelEntry(double MeanDice, double MedianDice);

/// <summary>What the plan says of the configuration; sizes in voxels, spacing in millimetres, (z, y, x).</summary>
internal sealed record ComparedPlanEntry(int BatchSize, IReadOnlyList<int> PatchSize, IReadOnlyList<int> MedianSize, IReadOnlyList<double> Spacing, IReadOnlyList<int> Poolings)
{
    /// <summary>A stage of a plan as an entry; null for none.</summary>
    public static ComparedPlanEntry? Of(ConfigurationPlan? stage) =>
        stage is null ? null : new ComparedPlanEntry(stage.BatchSize, stage.PatchSize, stage.MedianPatientSizeInVoxels, stage.CurrentSpacing, stage.NumPoolPerAxis);
}

/// <summary>Trainer and plans with their ranks.</summary>
internal sealed record RankEntry(string Candidate, double MeanRank, IReadOnlyList<TaskRankEntry> Tasks);

/// <summary>A rank in one task, and the configuration that is best there; null where none is complete.</summary>
internal sealed record TaskRankEntry(string Task, string? Configuration, double Dice, double Rank);
