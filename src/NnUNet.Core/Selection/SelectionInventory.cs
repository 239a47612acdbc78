using NnUNet.Core.Evaluation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Selection;

/// <summary>What there is to compare, and what is missing.</summary>
internal sealed class SelectionInventory
{
    private SelectionInventory(IReadOnlyList<TrainedModel> models, IReadOnlyList<int> folds, IReadOnlyList<(TrainedModel First, TrainedModel Second)> pairs, IReadOnlyList<string> missing) =>
        (Models, Folds, Pairs, Missing) = (models, folds, pairs, missing);

    /// <summary>The models that are compared.</summary>
    public IReadOnlyList<TrainedModel> Models { get; }

    /// <summary>The folds that all of them have.</summary>
    public IReadOnlyList<int> Folds { get; }

    /// <summary>The pairs that can be merged.</summary>
    public IReadOnlyList<(TrainedModel First, TrainedModel Second)> Pairs { get; }

    /// <summary>What is missing, one sentence each.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>Looks at all configurations.</summary>
    /// <exception cref="SelectionException">There is nothing to compare; or something is missing, and that is not allowed.</exception>
    public static SelectionInventory Of(Workspace workspace, string task, SelectionOptions options)
    {
        TrainedModel[] wanted = [.. options.Configurations.Distinct().Select(c => new TrainedModel(workspace, task, c, options))];
        TrainedModel[] unplanned = PlanOf(workspace, task, options) is { } planned ? [.. wanted.Where(m => !m.Exists && !m.Configuration.IsIn(planned))] : [];
        wanted = [.. wanted.Except(unplanned)];
        List<string> missing = [.. wanted.SelectMany(static m => m.MissingFolds())];
        if (options.ConfigurationsAreAsked) missing.AddRange(unplanned.Select(static m => $"{m.Configuration}: the task's plan has no low resolution, so there is nothing to train; it is left out"));
        List<TrainedModel> models = [.. wanted.Where(static m => m.UsableFolds.Any())];
        int[] folds = CommonFolds(models, options, missing);
        if (models.Count > 0 && !folds.SequenceEqual(options.Folds))
        {
            missing.Add($"compared over fold{(folds.Length > 1 ? "s" : "")} {string.Join(", ", folds)} only, which {string.Join(", ", models.Select(static m => m.Configuration))} {(models.Count > 1 ? "have in common" : "has")}");
        }

        CompareCases(models, folds, options, missing);
        List<(TrainedModel, TrainedModel)> pairs = options.Ensembling && models.Count > 1 ? Pair(models, folds, missing) : [];
        if (models.Count == 0 && missing.Count == 0) missing.Add($"nothing is trained of {string.Join(", ", options.Configurations)}");
        if (models.Count == 0) throw new SelectionException(task, string.Join(Environment.NewLine, missing), "train at least one configuration first");
        if (options.Strict && missing.Count > 0)
        {
            throw new SelectionException(task, string.Join(Environment.NewLine, missing), "make what is missing, or leave out --strict");
        }

        return new SelectionInventory(models, folds, pairs, missing);
    }

    /// <summary>The plan that says whether there is a low resolution, without which there is no 3d_lowres and no cascade to miss; null where there is none.</summary>
    private static Plan? PlanOf(Workspace workspace, string task, SelectionOptions options)
    {
        string plan = Path.Join(workspace.ModelFolder(Configuration.FullResolution.Name, task, options.Trainer, options.Plans), Plan.ModelFileName);
        return File.Exists(plan) ? ProductJson.Read<Plan>(plan) : null;
    }

    /// <summary>The folds that all models have; models that have none in common with the others are left out, those with the fewest folds first.</summary>
    private static int[] CommonFolds(List<TrainedModel> models, SelectionOptions options, List<string> missing)
    {
        while (true)
        {
            int[] common = [.. options.Folds.Distinct().Where(fold => models.TrueForAll(m => m.UsableFolds.Contains(fold)))];
            if (common.Length > 0 || models.Count == 0) return common;
            TrainedModel fewest = models.AsEnumerable().Reverse().MinBy(static m => m.UsableFolds.Count())!;
            models.Remove(fewest);
            missing.Add($"{fewest.Configuration}: it has no fold in common with the others and is left out");
        }
    }

    private static void CompareCases(List<TrainedModel> models, int[] folds, SelectionOptions options, List<string> missing)
    {
        if (models.Count == 0) return;
        string[] first = [.. models[0].Cases(folds).Keys];
        foreach (TrainedModel other in models.Skip(1))
        {
            string[] cases = [.. other.Cases(folds).Keys];
            string[] different = [.. first.Except(cases).Concat(cases.Except(first)).Order(StringComparer.Ordinal)];
            if (different.Length > 0) missing.Add($"{other.Configuration}: it was validated on other cases than {models[0].Configuration} ({different.Length} differ, the first is {different[0]})");
        }

        if (!options.Folds.SequenceEqual(SelectionOptions.DefaultFolds) || !folds.SequenceEqual(options.Folds)) return;
        string[] unseen = [.. FolderEvaluator.Images(models[0].References).Keys.Except(first)];
        if (unseen.Length > 0) missing.Add($"{unseen.Length} cases were validated in none of the folds, the first is {unseen[0]}");
    }

    private static List<(TrainedModel, TrainedModel)> Pair(List<TrainedModel> models, int[] folds, List<string> missing)
    {
        List<TrainedModel> ready = [];
        foreach (TrainedModel model in models)
        {
            string[] faults = [.. model.MissingProbabilities(folds)];
            missing.AddRange(faults);
            if (faults.Length == 0) ready.Add(model);
        }

        List<(TrainedModel, TrainedModel)> pairs = [];
        for (int i = 0; i < ready.Count; i++)
        {
            for (int j = i + 1; j < ready.Count; j++)
            {
                if (ready[i].Cases(folds).Keys.SequenceEqual(ready[j].Cases(folds).Keys)) pairs.Add((ready[i], ready[j]));
                else missing.Add($"{ready[i].Configuration} and {ready[j].Configuration} were validated on different cases, so their ensemble is left out");
            }
        }

        return pairs;
    }
}
