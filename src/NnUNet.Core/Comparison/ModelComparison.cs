using System.Globalization;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;

namespace NnUNet.Core.Comparison;

/// <summary>Which models are compared.</summary>
public sealed record ComparisonOptions
{
    /// <summary>The tasks' full names.</summary>
    /// <value>None: all that have models.</value>
    public ValueArray<string> Tasks { get; init; }

    /// <summary>The configurations.</summary>
    /// <value>None: all.</value>
    public ValueArray<string> Configurations { get; init; }

    /// <summary>The trainers.</summary>
    /// <value>None: all.</value>
    public ValueArray<string> Trainers { get; init; }

    /// <summary>The folds whose cases are pooled.</summary>
    /// <value>0 to 4.</value>
    public ValueArray<int> Folds { get; init; } = [0, 1, 2, 3, 4];

    /// <summary>The folder in each fold that has the scores.</summary>
    /// <value>validation_raw.</value>
    public string ValidationFolder { get; init; } = PostprocessingOptions.ValidationFolderName;
}

/// <summary>What a comparison has found.</summary>
/// <param name="Models">The models with scores, by task and then from the best to the worst.</param>
/// <param name="Ranking">Trainers and plans by their mean rank over the tasks, the best first; none where there are less than two.</param>
/// <param name="Notices">What is missing, one sentence each.</param>
public sealed record ComparisonResult(ValueArray<ComparedModel> Models, ValueArray<RankedCandidate> Ranking, ValueArray<string> Notices);

/// <summary>Collects the scores of all trained models, and ranks them over tasks.</summary>
/// <remarks>
/// Command: <c>nnunet compare</c>. Nothing is scored anew: the summary.json of each fold's validation is read. The cases of all folds count
/// alike. Source: nnunet/evaluation/model_selection/summarize_results_in_one_json.py (summarize2),
/// collect_all_fold0_results_and_summarize_in_one_csv.py, summarize_results_with_plans.py, rank_candidates.py.
/// </remarks>
public static class ModelComparison
{
    private const string Dice = "Dice";

    /// <summary>Compares models.</summary>
    /// <param name="workspace">Where the models lie.</param>
    /// <param name="options">Which ones.</param>
    /// <param name="cancel">Stops between models.</param>
    /// <exception cref="DescribedException">No model has scores, or a file of scores cannot be read.</exception>
    public static ComparisonResult Run(Workspace workspace, ComparisonOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new ComparisonOptions();
        List<string> notices = [];
        List<ComparedModel> models = [];
        foreach (Place place in Places(workspace, options))
        {
            cancel.ThrowIfCancellationRequested();
            ComparedModel model = Read(place, options);
            if (model.Folds.Count > 0) models.Add(model);
            if (!model.IsComplete) notices.Add($"{place.Task} {place.Configuration} {model.Candidate}: {Missing(model, options)}");
        }

        if (models.Count == 0)
        {
            throw new DescribedException(workspace.Models, $"no model there has scores in {options.ValidationFolder}", notices.Count > 0 ? $"validate one to the end (nnUNet_train -val); {notices[0]}" : "train one, or give other tasks, configurations or trainers");
        }

        ComparedModel[] sorted = [.. models.OrderBy(static m => m.Task, StringComparer.Ordinal).ThenByDescending(static m => m.IsComplete).ThenByDescending(static m => m.MeanDice)];
        return new ComparisonResult([.. sorted], CandidateRanking.Of(sorted), notices.ToValueArray());
    }

    private static string Missing(ComparedModel model, ComparisonOptions options)
    {
        string folds = $"fold{(model.MissingFolds.Count > 1 ? "s" : "")} {string.Join(", ", model.MissingFolds)} {(model.MissingFolds.Count > 1 ? "have" : "has")} no scores in {options.ValidationFolder}";
        return model.Folds.Count == 0 ? $"{folds}; it is left out" : $"{folds}; it takes no part in the ranking";
    }

    private static IEnumerable<Place> Places(Workspace workspace, ComparisonOptions options) =>
        from configurationFolder in VisibleFiles.FoldersIn(workspace.Models)
        let configuration = Path.GetFileName(configurationFolder)
        where Configuration.Names.Contains(configuration) && (options.Configurations.Count == 0 || options.Configurations.Contains(configuration))
        from taskFolder in VisibleFiles.FoldersIn(configurationFolder, "Task*")
        let task = Path.GetFileName(taskFolder)
        where options.Tasks.Count == 0 || options.Tasks.Contains(task)
        from modelFolder in VisibleFiles.FoldersIn(taskFolder)
        let parts = Path.GetFileName(modelFolder).Split("__", 2)
        where parts.Length == 2 && (options.Trainers.Count == 0 || options.Trainers.Contains(parts[0]))
        select new Place(task, configuration, parts[0], parts[1], modelFolder);

    private static ComparedModel Read(Place place, ComparisonOptions options)
    {
        List<int> folds = [], missing = [];
        Dictionary<string, CaseScores> cases = new(StringComparer.Ordinal);
        foreach (int fold in options.Folds.Distinct().Order())
        {
            string path = Path.Combine(place.Folder, ModelFolder.FoldFolderName(fold), options.ValidationFolder, SegmentationSummary.FileName);
            (File.Exists(path) ? folds : missing).Add(fold);
            if (!File.Exists(path)) continue;
            foreach (CaseScores scores in SegmentationSummary.Read(path).Results.All) cases[scores.CaseId] = scores;
        }

        return new ComparedModel
        {
            Task = place.Task,
            Configuration = place.Configuration,
            Trainer = place.Trainer,
            Plans = place.Plans,
            Folder = place.Folder,
            Folds = folds.ToValueArray(),
            MissingFolds = missing.ToValueArray(),
            Cases = cases.Count,
            Labels = Labels(cases.Values),
            Stage = StageOf(place),
        };
    }

    private static SortedDictionary<int, LabelScore> Labels(IReadOnlyCollection<CaseScores> cases) => new(
        cases.SelectMany(static c => c.Labels)
            .Where(static l => int.TryParse(l.Key, NumberStyles.None, CultureInfo.InvariantCulture, out int label) && label > 0 && l.Value.ContainsKey(Dice))
            .GroupBy(static l => int.Parse(l.Key, CultureInfo.InvariantCulture), static l => l.Value[Dice])
            .ToDictionary(static g => g.Key, static g => new LabelScore(Averages.Mean(g), Averages.Median(g))));

    /// <summary>The part of the plan that a configuration is trained by: the last stage, or the first of 3d_lowres.</summary>
    private static ConfigurationPlan? StageOf(Place place)
    {
        string path = Path.Combine(place.Folder, Plan.ModelFileName);
        if (!File.Exists(path)) return null;
        try
        {
            SortedDictionary<int, ConfigurationPlan> stages = ProductJson.Read<Plan>(path).PlansPerStage;
            return stages.Count == 0 ? null : place.Configuration == Configuration.LowResolution.Name ? stages.Values.First() : stages.Values.Last();
        }
        catch (DescribedException)
        {
            return null; // scores do not depend on it
        }
    }

    private sealed record Place(string Task, string Configuration, string Trainer, string Plans, string Folder);
}
