using System.Globalization;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Datasets;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Training;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Workflows.Steps;

/// <summary>Trains what is missing.</summary>
internal sealed class TrainStep(WholeRunOptions options) : RunStep
{
    private readonly TrainAllOptions _options = options.Training;

    public override WholeRunStep Kind => WholeRunStep.Train;

    /// <summary>The work as it was looked at last; null as long as there are no plans.</summary>
    public TrainAllPlan? Plan { get; private set; }

    /// <summary>The configurations that were asked for, all of the plans unless some were named.</summary>
    public IReadOnlyList<Configuration> Configurations => Plan is null ? _options.Configurations : Asked(Plan);

    /// <summary>The folds that were asked for, all of the splits unless some were named.</summary>
    public IReadOnlyList<string> Folds => [.. Plan!.Work.Where(w => Configurations.Contains(w.Key.Configuration) && w.Key.Trainer == _options.TrainerOf(w.Key.Configuration)).Select(static w => w.Key.Fold)
        .Where(f => _options.Folds.Count == 0 || _options.Folds.Contains(f)).Distinct()];

    /// <summary>A model's folder.</summary>
    public string ModelFolder(Configuration configuration) => options.Workspace.ModelFolder(configuration.Name, _options.Each.Task, _options.TrainerOf(configuration), _options.Each.Plans);

    /// <summary>Why the training as it was looked at last would end without a result; null where nothing is known to keep it from one.</summary>
    public DescribedException? Obstacle { get; private set; }

    public override StepOutlook Look()
    {
        Plan = MakePlan();
        Obstacle = Plan.Obstacle ?? Damage(Plan);
        int open = Plan.Open.Count;
        Configuration[] needed = [.. Plan.Work.Select(static w => w.Key.Configuration).Distinct().Except(Configurations)];
        string all = $"{Plan.Work.Count} folds ({string.Join(", ", Configurations)}{(needed.Length > 0 ? $", and {string.Join<Configuration>(", ", needed)} that it needs" : "")})";
        return open == 0 ? Outlook(true, $"all {all} are complete") : Outlook(false, $"{open} of {all}");
    }

    public override string LookAhead()
    {
        try
        {
            return Look().Text;
        }
        catch (DescribedException)
        {
            // Without plans and cases nobody knows more; Look will tell what else is wrong.
            Obstacle = SplitFault();
            string what = Configurations.Count == 0 ? "all configurations of the plans" : string.Join(", ", Configurations);
            return $"{what}, {(_options.Folds.Count == 0 ? "all folds" : $"fold {string.Join(", ", _options.Folds)}")}";
        }
    }

    public override void Run(StepOutlook outlook, IProgress<WholeRunProgress>? progress, CancellationToken cancel)
    {
        TrainAllPlan plan = Plan!;
        if (Obstacle is { } obstacle) throw obstacle;

        progress?.Report(new WholeRunProgress(outlook) { TrainingPlan = plan });
        IReadOnlyList<FoldResult> results = TrainAll.Run(plan, Forward<TrainAllProgress>(progress, p => new WholeRunProgress(outlook) { Training = p }), cancel);
        progress?.Report(new WholeRunProgress(outlook) { Trained = results.ToValueArray() });
        cancel.ThrowIfCancellationRequested();
        FoldResult[] failed = [.. results.Where(static r => !r.IsComplete)];
        if (failed.Length == 0) return;

        throw new DescribedException(
            plan.Task,
            $"{failed.Length} of {results.Count} folds are not trained ({string.Join("; ", failed.Select(static r => $"{r.Work.Key}: {r.Reason}"))})",
            "put that right and repeat the command, or choose other configurations and folds with -m and -f");
    }

    /// <summary>Folds beyond the splits, and folds that were trained before the data set changed: these are kept, since they may have taken days.</summary>
    public IEnumerable<string> Warnings()
    {
        if (Plan is null) yield break;
        foreach (string warning in Plan.Warnings) yield return warning;

        string fingerprint = Path.Combine(options.Workspace.PreprocessedTask(_options.Each.Task), DatasetFingerprint.FileName);
        if (!File.Exists(fingerprint)) yield break;

        DateTime measured = File.GetLastWriteTimeUtc(fingerprint);
        FoldWork[] older = [.. Plan.Work.Where(work => Path.Combine(work.Folder, Checkpoint.Final + Checkpoint.Ending) is var path && File.Exists(path) && File.GetLastWriteTimeUtc(path) < measured)];
        if (older.Length > 0)
        {
            yield return $"{string.Join("; ", older.Select(static w => w.Key))} {(older.Length == 1 ? "was" : "were")} trained before the data set was measured last, perhaps on other cases; "
                + $"to train anew, move away {string.Join(", ", older.Select(static w => w.Folder))}";
        }
    }

    /// <summary>Folds that cannot be read: the choice of the best needs all of them.</summary>
    internal static DescribedException? Damage(TrainAllPlan plan)
    {
        FoldWork[] damaged = [.. plan.Work.Where(static w => w.State == FoldState.Damaged)];
        return damaged.Length == 0 ? null : new DescribedException(
            plan.Task,
            $"{(damaged.Length == 1 ? "a fold is" : $"{damaged.Length} folds are")} damaged ({string.Join("; ", damaged.Select(static w => $"{w.Key}: {w.Remark}"))})",
            $"move {string.Join(", ", damaged.Select(static w => w.Folder))} away to train anew, or choose other folds with -f");
    }

    /// <summary>What is wrong with the splits of a data set that is not prepared yet; null where nothing is, or nobody knows.</summary>
    private FoldException? SplitFault()
    {
        try
        {
            string folder = options.DecathlonFolder ?? options.Workspace.RawTask(_options.Each.Task);
            string[] cases = [.. DatasetDescription.Read(Path.Combine(folder, DatasetDescription.FileName)).Training.Select(static t => t.CaseId)];
            IReadOnlyList<Fold> splits = Core.CrossValidation.Folds.ReadOrCompute(options.Workspace.PreprocessedTask(_options.Each.Task), cases);
            IEnumerable<string> asked = _options.Folds.Count > 0 ? _options.Folds : Enumerable.Range(0, splits.Count).Select(static f => f.ToString(CultureInfo.InvariantCulture));
            foreach (string fold in asked) Core.CrossValidation.Folds.Select(splits, fold, cases);
            return null;
        }
        catch (FoldException e)
        {
            return e;
        }
        catch (DescribedException)
        {
            return null; // the steps before tell what is wrong with these files
        }
    }

    private TrainAllPlan MakePlan()
    {
        TrainAllPlan plan = TrainAll.Plan(WithProbabilities(options.Ensembling && _options.Configurations.Count != 1));
        return plan.Options.Each.Validation.SaveProbabilities && Asked(plan).Length == 1 ? TrainAll.Plan(WithProbabilities(false)) : plan;
    }

    private TrainAllOptions WithProbabilities(bool save) =>
        _options with { Each = _options.Each with { Validation = _options.Each.Validation with { SaveProbabilities = save } } };

    private Configuration[] Asked(TrainAllPlan plan) => _options.Configurations.Count > 0
        ? [.. _options.Configurations.Distinct()]
        : [.. plan.Work.Select(static w => w.Key.Configuration).Distinct()];
}
