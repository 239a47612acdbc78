using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Torch.Training.Validation;
using NnUNet.Web.Dashboard.Places;

namespace NnUNet.Web.Dashboard.Scores;

/// <summary>The scores of a workspace's models, from the files of their validations. Safe for several threads.</summary>
internal sealed class TaskScores(WorkspaceFiles files)
{
    private const string Version2Validation = "validation";
    private const string SummaryFile = Core.Evaluation.SegmentationSummary.FileName;

    private readonly FileCache<ScoreFile> _scores = new(ScoreFile.Read);
    private readonly FileCache<PostprocessingDecision> _decisions = WorkspaceFiles.Json<PostprocessingDecision>();
    private readonly ModelChoices _choices = new(files);

    /// <summary>The tasks that have models.</summary>
    public IReadOnlyList<ScoredTaskAnswer> Tasks() =>
    [
        .. files.Places.AllModels().GroupBy(static m => m.Task).Select(static g => new ScoredTaskAnswer(
            g.Key,
            g.Count(),
            [.. g.Select(static m => m.Configuration).Distinct(StringComparer.Ordinal)],
            [.. g.Select(static m => m.Trainer).Distinct(StringComparer.Ordinal)])),
    ];

    /// <summary>The results of a task.</summary>
    /// <param name="task">A task that has models.</param>
    public ScoresAnswer Of(string task)
    {
        List<string> faults = [];
        List<string> structures = [];
        ReadAhead(task);
        ModelScores[] models = [.. files.Places.AllModels().Where(m => m.Task == task).Select(m => Of(m, structures, faults))];
        ChoiceAnswer? choice = _choices.Of(task, faults);
        return new ScoresAnswer(task, [.. structures.Distinct(StringComparer.Ordinal).Select(s => Named(task, s))], models, choice, faults);
    }

    /// <summary>The cases of a model, those of all folds.</summary>
    /// <param name="model">The model.</param>
    public CasesAnswer Cases(ModelPlace model)
    {
        (FoldPlace Fold, ScoreFile Scores)[] folds = [.. model.Folds.Select(f => (f, Scores(model, f).Value)).Where(static f => f.Value is not null).Select(static f => (f.f, f.Value!))];
        string[] structures = [.. folds.SelectMany(static f => f.Scores.Structures).Distinct(StringComparer.Ordinal)];
        return new CasesAnswer(model.Id, [.. structures.Select(s => Named(model.Task, s))], ScoreFile.Metrics, [.. folds.SelectMany(f => f.Scores.Cases.Select(row => Row(model, f.Fold, f.Scores, row, structures)))]);
    }

    /// <summary>The voxels of each structure in the references of a task's validated cases, of the model that has most of them.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The structures, and each case's voxels of them; none where no fold is validated.</returns>
    public (IReadOnlyList<string> Structures, IReadOnlyDictionary<string, double[]> Voxels) ReferenceVoxels(string task)
    {
        (IReadOnlyList<string> Structures, IReadOnlyDictionary<string, double[]> Voxels) most = ([], new Dictionary<string, double[]>());
        ReadAhead(task);
        foreach (ModelPlace model in files.Places.AllModels().Where(m => m.Task == task))
        {
            ScoreFile[] folds = [.. model.Folds.Select(f => Scores(model, f).Value).OfType<ScoreFile>()];
            if (folds.Sum(static f => f.Cases.Count) <= most.Voxels.Count || folds.Any(f => !f.Structures.SequenceEqual(folds[0].Structures))) continue;
            Dictionary<string, double[]> voxels = new(StringComparer.Ordinal);
            foreach (CaseRow row in folds.SelectMany(static f => f.Cases)) voxels[row.Case] = [.. row.Values.Select(static v => v[ScoreFile.ReferenceVoxels])];
            if (voxels.Count > most.Voxels.Count && voxels.Values.Any(static v => v.Any(double.IsFinite))) most = (folds[0].Structures, voxels);
        }

        return most;
    }

    /// <summary>Reads the files of all folds that have changed, several at a time.</summary>
    private void ReadAhead(string task)
    {
        (ModelPlace Model, FoldPlace Fold)[] folds = [.. files.Places.AllModels().Where(m => m.Task == task).SelectMany(static m => m.Folds.Select(f => (m, f)))];
        ParallelLoop.ForEach(folds.Length, i => Scores(folds[i].Model, folds[i].Fold));
    }

    private FileContent<ScoreFile> Scores(ModelPlace model, FoldPlace fold)
    {
        string path = Path.Combine(fold.Folder, ValidationOf(model), SummaryFile);
        return _scores.Get(path, files.Places.Relative(path) ?? SummaryFile);
    }

    private ModelScores Of(ModelPlace model, List<string> structures, List<string> faults)
    {
        List<FoldScores> folds = [];
        List<ScoreFile> all = [];
        foreach (FoldPlace fold in model.Folds)
        {
            FileContent<ScoreFile> scores = Scores(model, fold);
            if (scores.Fault is { } fault) faults.Add(fault);
            if (scores.Value is { } value) all.Add(value);
            structures.AddRange(scores.Value?.Structures ?? []);
            Dictionary<string, double> dice = Dice(scores.Value is { } one ? [one] : [], Averages);
            folds.Add(new FoldScores(fold.Fold, scores.Value?.Cases.Count ?? 0, dice, Mean(scores.Value, dice)));
        }

        // Fold "all" validates on what it was trained on: it is no cross-validation, unless there is nothing else.
        ScoreFile[] counted = [.. model.Folds.Zip(folds).Where(f => f.First.Fold != Core.CrossValidation.Folds.All || model.Folds.Count == 1).Select(f => Scores(model, f.First).Value).OfType<ScoreFile>()];
        Dictionary<string, double> means = Dice(counted, Averages);
        FileContent<PostprocessingDecision> decision = model.Version == 1 ? _decisions.Get(Path.Combine(model.Folder, PostprocessingDecision.FileName), $"{model.Id}/{PostprocessingDecision.FileName}") : default;
        if (decision.Fault is { } wrong) faults.Add(wrong);
        return new ModelScores(
            model.Id,
            model.Version,
            model.Configuration,
            model.Trainer,
            model.Plans,
            folds,
            counted.Sum(static c => c.Cases.Count),
            means,
            Dice(counted, static values => values.Count == 0 ? double.NaN : Quantiles.Median(values)),
            Mean(counted.FirstOrDefault(), means),
            decision.Value?.TextWith(files.LabelNames(model.Task)));
    }

    private static ScoredCase Row(ModelPlace model, FoldPlace fold, ScoreFile scores, CaseRow row, string[] structures)
    {
        double[][] values = [.. structures.Select(s => IndexOf(scores.Structures, s) is >= 0 and var i ? row.Values[i] : [.. ScoreFile.Metrics.Select(static _ => double.NaN)])];
        double[] judged = [.. row.Values.Skip(scores.Regions > 0 ? scores.Structures.Count - scores.Regions : 0).Select(static v => v[ScoreFile.Dice]).Where(double.IsFinite)];
        return new ScoredCase(row.Case, fold.Fold, row.Prediction.Length == 0 ? null : $"{fold.Id}/{ValidationOf(model)}/{row.Prediction}", Averages(judged), values);
    }

    private StructureAnswer Named(string task, string key) => new(key, files.StructureName(task, key));

    private static string ValidationOf(ModelPlace model) => model.Version == 2 ? Version2Validation : FinalValidation.FolderName;

    private static int IndexOf(IReadOnlyList<string> all, string one)
    {
        for (int i = 0; i < all.Count; i++)
        {
            if (all[i] == one) return i;
        }

        return -1;
    }

    private static double Averages(IReadOnlyList<double> values) => values.Count == 0 ? double.NaN : values.Sum() / values.Count;

    private static double Mean(ScoreFile? scores, Dictionary<string, double> dice)
    {
        if (scores is null) return double.NaN;
        IEnumerable<string> judged = scores.Structures.Skip(scores.Regions > 0 ? scores.Structures.Count - scores.Regions : 0);
        return Averages([.. judged.Select(s => dice.GetValueOrDefault(s, double.NaN)).Where(double.IsFinite)]);
    }

    private static Dictionary<string, double> Dice(IReadOnlyList<ScoreFile> folds, Func<IReadOnlyList<double>, double> pool)
    {
        Dictionary<string, double> dice = new(StringComparer.Ordinal);
        foreach (string structure in folds.SelectMany(static f => f.Structures).Distinct(StringComparer.Ordinal))
        {
            dice[structure] = pool(
            [
                .. folds.SelectMany(f => IndexOf(f.Structures, structure) is >= 0 and var i ? f.Cases.Select(c => c.Values[i][ScoreFile.Dice]) : []).Where(double.IsFinite),
            ]);
        }

        return dice;
    }
}
