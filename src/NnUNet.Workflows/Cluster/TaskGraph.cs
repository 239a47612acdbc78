using System.Globalization;
using NnUNet.Core;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Core.Selection;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Validation;
using NnUNet.Workflows.Scheduling;
using NnUNet.Workflows.Steps;

namespace NnUNet.Workflows.Cluster;

/// <summary>
/// The jobs of a task: preprocessing, for every configuration an array over its folds, the choice of the best, and with it the
/// segmentation of images.
/// </summary>
/// <remarks>
/// As long as there are no plans nobody knows whether they will have a low resolution: its jobs and those of the cascade are in
/// the graph then, and end at once where they find nothing to train.
/// </remarks>
internal sealed class TaskGraph
{
    private const string Prepare = "preprocess";
    private const string Choose = "choose";
    private const string Predict = "predict";
    private static readonly PreprocessingOptions DefaultPreparation = new();

    private readonly SubmitOptions _options;
    private readonly string _task;
    private readonly TrainAllOptions _training;
    private readonly Workspace _workspace;
    private readonly TrainAllPlan? _plan;
    private readonly StepOutlook _prepared;

    private TaskGraph(SubmitOptions options, string task)
    {
        _options = options;
        _task = task;
        _training = options.Run.Training;
        _workspace = options.Run.Workspace;
        _prepared = new PrepareStep(options.Run).Look();
        try
        {
            _plan = TrainAll.Plan(_training);
        }
        catch (DescribedException) when (_prepared.State != StepState.Current)
        {
            // Without plans and cases nobody knows more.
        }
    }

    /// <summary>Whether nobody has said which configurations there are, neither the user nor a plan.</summary>
    private bool IsGuessed => _plan is null && _training.Configurations.Count == 0;

    private string Folder => JobNames.FolderOf(_workspace, _task);

    /// <summary>Finds the jobs of a task and what of them is done. Changes nothing.</summary>
    /// <exception cref="DescribedException">Options are wrong, or the task is unknown or lacks files or, for trainings over several processes, plans.</exception>
    public static ClusterGraph Of(SubmitOptions options)
    {
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0) throw new DescribedException("submit", string.Join("; ", faults), "correct the options (nnunet submit --help explains them)");

        string task = options.Run.Workspace.TaskName(options.Run.Training.Each.Task);
        TrainAllOptions training = options.Run.Training;
        TaskGraph graph = new(options with { Run = options.Run with { Training = training with { Each = training.Each with { Task = task } } } }, task);
        if (options.Resources.IsDistributed && graph.IsGuessed)
        {
            throw new DescribedException(task, "there are no plans yet, and trainings over several processes cannot find out by themselves whether they have anything to train", "name the configurations with -m, or preprocess the task first");
        }

        return new ClusterGraph(task, graph.Folder, [.. graph.Jobs()]) { Warnings = [.. graph._plan?.Warnings ?? []], Obstacle = graph.Obstacle, Asked = AskedWork.Of(options.Run) };
    }

    /// <summary>What was asked for at the last submission of a task; null where there was none.</summary>
    /// <exception cref="DescribedException">The task is unknown, or the record cannot be read.</exception>
    public static AskedWork? LastAsked(Workspace workspace, string task) => SubmittedJobs.In(JobNames.FolderOf(workspace, workspace.TaskName(task))).Asked;

    /// <summary>Folds that are damaged, or were begun otherwise than is asked for; null where there are none.</summary>
    /// <remarks>A fold that is in training belongs to a job of the graph, or to somebody else; the queue tells which.</remarks>
    private DescribedException? Obstacle => _plan is null ? null : _plan.Obstacle ?? TrainStep.Damage(_plan);

    private IEnumerable<ClusterJob> Jobs()
    {
        ClusterJob prepare = PrepareJob();
        yield return prepare;

        List<(FoldGroup Group, ClusterJob Job)> trained = [];
        foreach (FoldGroup group in Groups())
        {
            string[] first = [.. trained.Where(t => group.Needs == t.Group.Model).Select(static t => t.Job.Name)];
            ClusterJob job = TrainJob(group, [prepare.Name, .. first]);
            trained.Add((group, job));
            yield return job;
        }

        if (_options.HasNoChoice) yield break;

        ClusterJob[] compared = [.. trained.Where(static t => t.Group.Folds is not [Folds.All]).Select(static t => t.Job)];
        ClusterJob choose = ChooseJob(compared, [.. trained.Select(static t => t.Group)]);
        yield return choose;
        if (_options.Run.Input is not null) yield return PredictJob(choose);
    }

    private ClusterJob PrepareJob()
    {
        PreprocessingOptions preparation = _options.Run.Preparation;
        List<string> words = ["nnUNet_plan_and_preprocess", "-t", _task, "--verify_dataset_integrity", .. PlannerWords(preparation)];
        ClusterJob job = Job(Prepare, "Verifies, plans and preprocesses", [], words, [new ClusterElement(null, "", _prepared.State == StepState.Current, _prepared.Text)]);
        return job with { Script = job.Script with { Results = ShellWord.Of(_workspace.PreprocessedTask(_task)) } };
    }

    private ClusterJob TrainJob(FoldGroup group, string[] after)
    {
        (Configuration configuration, string trainer) = group.Model;
        bool isAll = group.Folds is [Folds.All];
        string other = trainer == _training.TrainerOf(configuration) ? "" : $"_{trainer}";
        string name = $"train_{configuration}{other}{(isAll ? "_all" : "")}";
        string model = _workspace.ModelFolder(configuration.Name, _task, trainer, _training.Each.Plans);
        string fold = isAll ? Folds.All : JobScript.ElementVariable;
        string what = isAll ? $"Trains {configuration} on every case" : $"Trains the folds of {configuration}, each as an element of the array";
        string results = isAll ? ShellWord.Of(Path.Combine(model, Folds.All)) : ShellWord.Of(Path.Combine(model, ModelFolder.FoldFolderName(0)[..^1])) + fold;
        bool distributed = _options.Resources.IsDistributed;
        string[] limit = _options.Resources.Time is { } time ? ["--max-time", TimeLimit.WithUnits(time.Work)] : [];
        string command = distributed
            ? $"{ShellWord.Line("nnUNet_train_DDP", configuration.Name, trainer, _task)} {fold} {ShellWord.Line(["--dbs", .. limit, .. TrainingWords()])}"
            : $"{ShellWord.Line("train_all", _task, "-m", configuration.Name, "-f")} {fold} {ShellWord.Line([.. limit, .. TrainerWords(configuration, trainer), .. TrainingWords(), .. IsGuessed ? ["--only-planned"] : Array.Empty<string>()])}";
        return new ClusterJob
        {
            Name = name,
            After = [.. after],
            Elements = [.. group.Folds.Select(f => Element(group.Model, f))],
            Script = Script(name, what, after, []) with { Command = command.TrimEnd(), UsesDevices = true, IsDistributed = distributed, Results = results, Pattern = "model_*" },
        };
    }

    private ClusterElement Element(FoldModel model, string fold)
    {
        int? index = fold == Folds.All ? null : int.Parse(fold, CultureInfo.InvariantCulture);
        FoldWork? work = _plan?.Work.FirstOrDefault(w => w.Key.Configuration == model.Configuration && w.Key.Trainer == model.Trainer && w.Key.Fold == fold);
        return new ClusterElement(index, fold, work?.State == FoldState.Complete, work is null ? "to train as soon as there are plans" : "") { Fold = work };
    }

    private ClusterJob ChooseJob(ClusterJob[] trained, IReadOnlyList<FoldGroup> groups)
    {
        string[] folds = ComparedFolds(groups);
        List<string> words =
        [
            "nnUNet_find_best_configuration", "-t", _task, .. ModelWords(), .. folds.SequenceEqual(DefaultFolds) ? [] : (string[])["-f", .. folds],
            "-tr", _training.Each.Trainer, "-ctr", _training.CascadeTrainer, "-pl", _training.Each.Plans, .. _options.Run.Ensembling ? Array.Empty<string>() : ["--disable_ensembling"],
        ];
        bool done = trained.All(static j => j.IsDone) && IsChosen();
        return Job(Choose, "Chooses the best configuration or pair by cross-validation", [.. trained.Select(static j => j.Name)], words, [new ClusterElement(null, "", done, done ? "the best is chosen" : "to choose when all is trained")]);
    }

    private ClusterJob PredictJob(ClusterJob choose)
    {
        WholeRunOptions run = _options.Run with { Training = _training with { Folds = [.. _training.Folds.Where(static f => f != Folds.All)] } };
        string input = Path.GetFullPath(run.Input!), output = Path.GetFullPath(run.Output!);
        List<string> words =
        [
            "run", "-t", _task, "-i", input, "-o", output, .. ModelWords(), .. run.Training.Folds.Count > 0 ? (string[])["-f", .. run.Training.Folds] : [],
            "-tr", _training.Each.Trainer, "-ctr", _training.CascadeTrainer, "-p", _training.Each.Plans, .. PlannerWords(run.Preparation), .. run.Ensembling ? Array.Empty<string>() : ["--disable_ensembling"],
        ];
        StepOutlook? step = choose.IsDone ? WholeRun.Of(run).Plan().Steps[^1] : null;
        ClusterElement element = new(null, "", step?.State == StepState.Current, step?.Text ?? $"to segment the images of {input} when the best is chosen");
        ClusterJob job = Job(Predict, "Segments images with the best", [choose.Name], words, [element]);
        return job with
        {
            Script = job.Script with
            {
                UsesDevices = true,
                Results = ShellWord.Of(output),
                OutputFolder = output,
                OtherFolders = [input, output],
            },
        };
    }

    private ClusterJob Job(string name, string what, ValueArray<string> after, IReadOnlyList<string> words, ValueArray<ClusterElement> elements) => new()
    {
        Name = name,
        After = after,
        Elements = elements,
        Script = Script(name, what, after, words),
    };

    private JobScript Script(string name, string what, IReadOnlyList<string> after, IReadOnlyList<string> words) => new()
    {
        Title = $"{what}: {_task}",
        FileName = $"{name}.sh",
        JobName = JobNames.InQueue(_task, name),
        LogFolder = Path.Combine(Folder, Submission.LogFolderName),
        After = [.. after],
        Workspace = _workspace,
        Program = _options.Program,
        Resources = _options.Resources,
        Results = ShellWord.Of(_workspace.Models),
        Command = ShellWord.Line(words),
    };

    /// <summary>The folds of each model, those of the cascade last.</summary>
    private IEnumerable<FoldGroup> Groups()
    {
        FoldKey[] keys = _plan is null ? [.. ExpectedKeys()] : [.. _plan.Work.Select(static w => w.Key)];
        FoldModel? lowResolution = keys.Any(static k => k.Configuration == Configuration.Cascade) ? new FoldModel(Configuration.LowResolution, PreviousTrainer) : null;
        foreach (IGrouping<FoldModel, FoldKey> model in keys.GroupBy(static k => new FoldModel(k.Configuration, k.Trainer)))
        {
            FoldModel? needs = model.Key.Configuration == Configuration.Cascade ? lowResolution : null;
            string[] folds = [.. model.Select(static k => k.Fold).Where(static f => f != Folds.All).OrderBy(static f => int.Parse(f, CultureInfo.InvariantCulture))];
            if (folds.Length > 0) yield return new FoldGroup(model.Key, folds, needs);
            if (model.Any(static k => k.Fold == Folds.All)) yield return new FoldGroup(model.Key, [Folds.All], needs);
        }
    }

    /// <summary>The folds of a task that has no plans yet.</summary>
    private IEnumerable<FoldKey> ExpectedKeys()
    {
        PreprocessingOptions preparation = _options.Run.Preparation;
        Configuration[] possible = [.. Configuration.All.Where(c => (c == Configuration.Slices ? preparation.Planner2D : preparation.Planner3D) is not null)];
        Configuration[] configurations = _training.Configurations.Count == 0 ? possible : [.. _training.Configurations.Distinct()];
        string[] splits = SplitFolds();
        string[] folds = _training.Folds.Count == 0 ? splits : [.. _training.Folds.Distinct()];
        IEnumerable<FoldKey> asked = configurations.SelectMany(c => folds.Select(f => new FoldKey(c, _training.TrainerOf(c), f)));
        IEnumerable<FoldKey> needed = configurations.Contains(Configuration.Cascade) ? splits.Select(f => new FoldKey(Configuration.LowResolution, PreviousTrainer, f)) : [];
        return asked.Union(needed).OrderBy(static k => k.Configuration.Order);
    }

    /// <summary>The folds of the user's own splits, or of those that the cases will be split into.</summary>
    /// <exception cref="DescribedException">The splits are wrong, or there are too few cases.</exception>
    private string[] SplitFolds()
    {
        string[] cases = [.. DatasetDescription.Read(Path.Combine(_workspace.RawTask(_task), DatasetDescription.FileName)).Training.Select(static t => t.CaseId)];
        bool needsSplits = _training.Folds.Count == 0 || _training.Folds.Any(static f => f != Folds.All) || _training.Configurations.Count == 0 || _training.Configurations.Contains(Configuration.Cascade);
        return needsSplits ? [.. Enumerable.Range(0, Folds.ReadOrCompute(_workspace.PreprocessedTask(_task), cases).Count).Select(static i => i.ToString(CultureInfo.InvariantCulture))] : [];
    }

    private string PreviousTrainer => Catalog<TrainerRecipe>.Create(_training.CascadeTrainer).PreviousTrainer;

    private static string[] DefaultFolds { get; } = [.. SelectionOptions.DefaultFolds.Select(static f => f.ToString(CultureInfo.InvariantCulture))];

    private string[] ComparedFolds(IReadOnlyList<FoldGroup> groups)
    {
        IEnumerable<string> asked = _training.Folds.Count > 0 ? _training.Folds.Select(static f => f == Folds.All ? f : int.Parse(f, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)) : groups.SelectMany(static g => g.Folds);
        return [.. asked.Where(static f => f != Folds.All).Distinct()];
    }

    /// <summary>Whether the choice was made after the last validation.</summary>
    private bool IsChosen()
    {
        string commands = Path.Combine(_workspace.EnsemblesFolder(_task), ConfigurationSelection.CommandsFileName);
        return _plan is not null && File.Exists(commands) && _plan.Work.All(w =>
            Path.Combine(w.Folder, FinalValidation.FolderName, SegmentationSummary.FileName) is var scores && File.Exists(scores) && File.GetLastWriteTimeUtc(scores) <= File.GetLastWriteTimeUtc(commands));
    }

    private IEnumerable<string> ModelWords() => _training.Configurations.Count == 0 ? [] : ["-m", .. _training.Configurations.Distinct().Select(static c => c.Name)];

    private static IEnumerable<string> PlannerWords(PreprocessingOptions options)
    {
        if (options.Planner3D != DefaultPreparation.Planner3D) yield return $"--planner3d={options.Planner3D ?? "None"}";
        if (options.Planner2D != DefaultPreparation.Planner2D) yield return $"--planner2d={options.Planner2D ?? "None"}";
    }

    private static IEnumerable<string> TrainerWords(Configuration configuration, string trainer)
    {
        if (configuration == Configuration.Cascade && trainer != Configuration.Cascade.DefaultTrainer) return ["-ctr", trainer];
        return configuration != Configuration.Cascade && trainer != Configuration.FullResolution.DefaultTrainer ? ["-tr", trainer] : [];
    }

    private IEnumerable<string> TrainingWords()
    {
        TrainingOptions each = _training.Each;
        return
        [
            .. each.Plans == TrainingOptions.DefaultPlans ? Array.Empty<string>() : ["-p", each.Plans],
            .. Number("--epochs", each.Epochs),
            .. Number("--iterations", each.Iterations),
            .. Number("--seed", each.Seed),
            .. each.Precision == ComputePrecision.Float32 ? ["--fp32"] : Array.Empty<string>(),
            .. each.Validation.SaveProbabilities ? ["--npz"] : Array.Empty<string>(),
        ];

        static string[] Number(string option, long? number) => number is { } given ? [option, given.ToString(CultureInfo.InvariantCulture)] : [];
    }

    /// <summary>A model whose folds are trained.</summary>
    private readonly record struct FoldModel(Configuration Configuration, string Trainer);

    /// <summary>Folds of one model that are one job.</summary>
    /// <param name="Model">The model.</param>
    /// <param name="Folds">Numbers in their order, or only <c>all</c>.</param>
    /// <param name="Needs">The model whose folds must all be trained before; null for none.</param>
    private sealed record FoldGroup(FoldModel Model, IReadOnlyList<string> Folds, FoldModel? Needs);
}
