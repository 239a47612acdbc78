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

    public override StepOutlook Look()
    {
        Plan = MakePlan();
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
            // Without plans and cases nobody knows; Look will tell what else is wrong.
            string what = Configurations.Count == 0 ? "all configurations of the plans" : string.Join(", ", Configurations);
            return $"{what}, {(_options.Folds.Count == 0 ? "all folds" : $"fold {string.Join(", ", _options.Folds)}")}";
        }
    }

    public override void Run(StepOutlook outlook, IProgress<WholeRunProgress>? progress, CancellationToken cancel)
    {
        TrainAllPlan plan = Plan!;
        progress?.Report(new WholeRunProgress(outlook) { TrainingPlan = plan });
        IReadOnlyList<FoldResult> results = TrainAll.Run(plan, Forward<TrainAllProgress>(progress, p => new WholeRunProgress(outlook) { Training = p }), cancel);
        progress?.Report(new WholeRunProgress(outlook) { Trained = results.ToValueArray() });
        cancel.ThrowIfCancellationRequested();
        FoldResult[] failed = [.. results.Where(static r => r.Outcome is not (FoldOutcome.Done or FoldOutcome.WasComplete))];
        if (failed.Length == 0) return;

        throw new DescribedException(
            plan.Task,
            $"{failed.Length} of {results.Count} folds are not trained ({string.Join("; ", failed.Select(static r => $"{r.Work.Key}: {r.Reason}"))})",
            "put that right and repeat the command, or choose other configurations and folds with -m and -f");
    }

    /// <summary>Folds that were trained before the data set changed: they are kept, since they may have taken days.</summary>
    public IEnumerable<string> Warnings()
    {
        string fingerprint = Path.Combine(options.Workspace.PreprocessedTask(_options.Each.Task), DatasetFingerprint.FileName);
        if (Plan is null || !File.Exists(fingerprint)) yield break;

        DateTime measured = File.GetLastWriteTimeUtc(fingerprint);
        foreach (FoldWork work in Plan.Work)
        {
            string fold = TrainingSetup.FoldPathOf(options.Workspace.ModelFolder(work.Key.Configuration.Name, Plan.Task, work.Key.Trainer, _options.Each.Plans), work.Key.Fold);
            string checkpoint = Path.Combine(fold, Checkpoint.Final + Checkpoint.Ending);
            if (File.Exists(checkpoint) && File.GetLastWriteTimeUtc(checkpoint) < measured)
            {
                yield return $"{work.Key} was trained before the data set was measured last, perhaps on other cases; move {fold} away to train it anew";
            }
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
