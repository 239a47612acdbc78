using System.Globalization;
using NnUNet.Core.Cascade;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Foundation;
using NnUNet.Torch.Training;

namespace NnUNet.Workflows.Scheduling;

/// <summary>Finds which folds of which configurations a task has, how far each is, and in which order they are trained.</summary>
internal static class TrainAllPlanner
{
    private const string Where = "train_all";

    /// <summary>Makes the plan of work.</summary>
    /// <exception cref="DescribedException">The options are wrong, or plans or preprocessed cases are missing.</exception>
    public static TrainAllPlan Plan(TrainAllOptions options)
    {
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0) throw new DescribedException(Where, string.Join("; ", faults), $"correct the options (nnunet {Where} --help explains them)");

        string task = options.Each.Workspace.TaskName(options.Each.Task);
        TaskData data = TaskData.Open(options.Each.Workspace.PreprocessedTask(task), options.Each.Plans);
        Configuration[] configurations = Choose(options, data);
        string[] folds = options.Folds.Count > 0 ? [.. options.Folds.Select(Normal).Distinct()] : [.. Numbers(data.Splits.Count)];

        FoldKey[] asked = [.. configurations.SelectMany(c => folds.Select(f => new FoldKey(c, options.TrainerOf(c), f)))];
        FoldKey[] needed = configurations.Contains(Configuration.Cascade) ? [.. NeededByCascade(options, data)] : [];
        FoldKey[] keys = [.. asked.Union(needed).OrderBy(static k => k.Configuration.Order)];
        CheckTrainers(options.Each, keys);

        Dictionary<FoldKey, FoldProgress> progress = keys.ToDictionary(static k => k, k => Look(options, task, data, k));
        foreach (FoldKey key in keys.Where(k => progress[k] is { State: FoldState.Complete, Differences: not null } && keys.Any(other => SharesModel(k, other) && IsTrainedOn(progress[other].State))).ToArray())
        {
            // Training another fold writes the plan of the model anew, which this fold's weights do not fit.
            progress[key] = progress[key] with { State = FoldState.Different, Remark = string.Join(", ", progress[key].Differences!.Decided) };
        }

        EpochTimes times = new([.. progress.Values.Select(static p => p.Record).OfType<TrainingRecord>()]);
        return new TrainAllPlan(task, options, [.. keys.Select(k => Work(options, k, progress[k], times) with
        {
            Needs = k.Configuration == Configuration.Cascade ? [.. needed] : [],
            Folder = FolderOf(options, task, k),
            Differences = progress[k].Differences,
            SplitRemark = data.SplitRemark(k),
            Remark = asked.Contains(k) || progress[k].Remark.Length > 0 ? progress[k].Remark : $"{k.Trainer}, needed by {Configuration.Cascade.Name}",
        })]);
    }

    private static Configuration[] Choose(TrainAllOptions options, TaskData data)
    {
        Configuration[] there = [.. Configuration.All.Where(data.Has)];
        Configuration[] missing = [.. options.Configurations.Where(c => !there.Contains(c))];
        return missing.Length == 0 || options.OnlyPlanned
            ? options.Configurations.Count == 0 ? there : [.. options.Configurations.Distinct().Except(missing)]
            : throw new DescribedException(
                data.Path,
                $"the plans {options.Each.Plans} have no {string.Join<Configuration>(", ", missing)}",
                $"train {string.Join<Configuration>(", ", there)}; {Configuration.LowResolution} and {Configuration.Cascade} are for images that are too large for {Configuration.FullResolution} alone");
    }

    private static FoldWork Work(TrainAllOptions options, FoldKey key, FoldProgress progress, EpochTimes times)
    {
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(key.Trainer);
        int epochs = progress.Record?.Settings.Epochs ?? options.Each.Epochs ?? recipe.Epochs;
        int iterations = progress.Record?.Settings.Iterations ?? options.Each.Iterations ?? recipe.IterationsPerEpoch;
        return new FoldWork
        {
            Key = key,
            State = progress.State,
            Epoch = progress.Record?.State.Epoch ?? 0,
            Epochs = epochs,
            Dice = progress.Dice,
            Estimate = progress.State is FoldState.Missing or FoldState.Interrupted
                ? times.Of(key.Configuration, iterations, progress.Record is { } begun ? EpochTimes.Left(begun) : epochs)
                : null,
        };
    }

    /// <summary>The cascade's input comes from all folds of the low resolution, whichever fold is trained.</summary>
    private static IEnumerable<FoldKey> NeededByCascade(TrainAllOptions options, TaskData data)
    {
        string trainer = Catalog<TrainerRecipe>.Create(options.CascadeTrainer).PreviousTrainer;
        return Numbers(data.Splits.Count).Select(f => new FoldKey(Configuration.LowResolution, trainer, f));
    }

    private static void CheckTrainers(TrainingOptions each, FoldKey[] keys)
    {
        string[] faults = [.. keys.SelectMany(k => (each with { Configuration = k.Configuration, Trainer = k.Trainer }).TrainerFaults()).Distinct()];
        if (faults.Length > 0) throw new DescribedException(Where, string.Join("; ", faults), "give other trainers with -tr and -ctr, or other options");
    }

    private static FoldProgress Look(TrainAllOptions options, string task, TaskData data, FoldKey key)
    {
        PreviousStageFolder? nextStage = key.Configuration == Configuration.LowResolution ? new PreviousStageFolder(ModelOf(options, task, key)) : null;
        TrainingOptions asked = options.Each with { Configuration = key.Configuration, Trainer = key.Trainer, Fold = key.Fold };
        return FoldProgress.Of(FolderOf(options, task, key), data.Fold(key), nextStage, asked, data.Design(key, task));
    }

    private static string ModelOf(TrainAllOptions options, string task, FoldKey key) =>
        options.Each.Workspace.ModelFolder(key.Configuration.Name, task, key.Trainer, options.Each.Plans);

    private static string FolderOf(TrainAllOptions options, string task, FoldKey key) => TrainingSetup.FoldPathOf(ModelOf(options, task, key), key.Fold);

    private static bool SharesModel(FoldKey one, FoldKey other) => one.Configuration == other.Configuration && one.Trainer == other.Trainer;

    private static bool IsTrainedOn(FoldState state) => state is FoldState.Missing or FoldState.Interrupted;

    private static string Normal(string fold) => fold == Folds.All ? fold : int.Parse(fold, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Numbers(int count) => Enumerable.Range(0, count).Select(static i => i.ToString(CultureInfo.InvariantCulture));

    /// <summary>What a preprocessed task has.</summary>
    private sealed class TaskData
    {
        private readonly IReadOnlyList<string> _cases;
        private readonly Plan? _slices;
        private readonly Plan? _volumes;
        private readonly Lazy<IReadOnlyList<Fold>> _splits;

        private TaskData(string path, Plan? slices, Plan? volumes, IReadOnlyList<string> cases)
        {
            Path = path;
            _slices = slices;
            _volumes = volumes;
            _cases = cases;
            _splits = new Lazy<IReadOnlyList<Fold>>(() => Folds.ReadOrCompute(path, cases));
        }

        public string Path { get; }

        public IReadOnlyList<Fold> Splits => _splits.Value;

        public static TaskData Open(string path, string plans)
        {
            Plan? slices = TaskPlan.ReadIn(path, Configuration.Slices, plans);
            Plan? volumes = TaskPlan.ReadIn(path, Configuration.FullResolution, plans);
            return (volumes ?? slices) is { } any
                ? new TaskData(path, slices, volumes, Cases(path, any))
                : throw new DescribedException(path, $"there are no plans {plans}", PlanFile.RemedyOfMissing(path, Configuration.FullResolution, plans));
        }

        public bool Has(Configuration configuration) => (configuration == Configuration.Slices ? _slices : _volumes) is { } plan && configuration.IsIn(plan);

        public Fold Fold(FoldKey key) => Folds.Select(key.Fold == Folds.All ? [] : Splits, key.Fold, _cases);

        public string? SplitRemark(FoldKey key) => Folds.RemarkOnSplit(Path, key.Fold == Folds.All ? [] : Splits, key.Fold, Fold(key));

        public TrainingDesign Design(FoldKey key, string task)
        {
            Plan plan = (key.Configuration == Configuration.Slices ? _slices : _volumes)!;
            TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(key.Trainer);
            return new TrainingDesign(recipe, task, TrainedRegions.In(plan, key.Configuration.ToString(), recipe, key.Trainer, Path), key.Configuration.StageOf(plan));
        }

        private static IReadOnlyList<string> Cases(string path, Plan plan)
        {
            PreprocessedFolder folder = PreprocessedFolder.Of(path, plan, plan.PlansPerStage.Keys.Last());
            return folder.Cases.Count > 0
                ? folder.Cases
                : throw new DescribedException(folder.Folder, "there are no preprocessed cases", "run nnUNet_plan_and_preprocess first");
        }
    }
}
