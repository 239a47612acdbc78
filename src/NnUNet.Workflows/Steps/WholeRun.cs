using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Workflows.Steps;

/// <summary>The whole method from raw images to segmentations of new ones: <c>nnunet run</c>.</summary>
/// <remarks>
/// Every step knows what is current, so a run that was stopped anywhere continues where it was. The original has no such command;
/// its users call five, one after the other.
/// </remarks>
public sealed class WholeRun
{
    private readonly IReadOnlyList<RunStep> _steps;
    private readonly TrainStep _training;
    private readonly ChooseStep _choice;
    private readonly PredictStep? _prediction;

    private WholeRun(WholeRunOptions options, string task)
    {
        Task = task;
        options = options with { Training = options.Training with { Each = options.Training.Each with { Task = task } } };
        _training = new TrainStep(options);
        _choice = new ChooseStep(options, _training);
        _prediction = options.Input is null ? null : new PredictStep(options, _choice);
        _steps =
        [
            .. options.DecathlonFolder is { } folder ? new RunStep[] { new ConvertStep(folder, options.Workspace) } : [],
            new PrepareStep(options),
            _training,
            _choice,
            .. _prediction is null ? Array.Empty<RunStep>() : [_prediction],
        ];
    }

    /// <summary>The task's full name.</summary>
    public string Task { get; }

    /// <summary>Checks the options and finds the task; reads and writes none of its files.</summary>
    /// <exception cref="DescribedException">Options are wrong (all faults in one message), or the task is unknown.</exception>
    public static WholeRun Of(WholeRunOptions options)
    {
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0) throw new DescribedException("run", string.Join("; ", faults), "correct the options (nnunet run --help explains them)");
        return new WholeRun(options, options.DecathlonFolder is { } folder ? DecathlonConverter.TaskOf(folder) : TaskOf(options));
    }

    /// <summary>Finds what there is to do and about how long it takes. Changes nothing.</summary>
    /// <exception cref="DescribedException">The task lacks files, or files are damaged.</exception>
    public WholeRunPlan Plan()
    {
        ValueArray<StepOutlook> steps = Plan(_steps).ToValueArray();
        return new WholeRunPlan
        {
            Task = Task,
            Steps = steps,
            Training = _training.Plan,
            Warnings = _training.Warnings().Concat(_prediction?.Warnings() ?? []).ToValueArray(),
            Obstacle = _training.Obstacle,
        };
    }

    /// <summary>Does all that is not current, step by step.</summary>
    /// <param name="progress">Receives reports about each step and the work in it, from several threads.</param>
    /// <param name="cancel">Stops at the next safe place; a repeated run continues.</param>
    /// <exception cref="DescribedException">A step failed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public WholeRunResult Run(IProgress<WholeRunProgress>? progress = null, CancellationToken cancel = default)
    {
        // What cannot end well is not begun: the folds are looked at before the hours that come before them.
        _training.LookAhead();
        if (_training.Obstacle is { } obstacle) throw obstacle;

        IReadOnlyList<WholeRunStep> done = Run(_steps, progress, cancel);
        return new WholeRunResult(Task, done.ToValueArray(), _choice.Choice!, (_prediction?.Failures ?? []).ToValueArray());
    }

    internal static IReadOnlyList<StepOutlook> Plan(IReadOnlyList<RunStep> steps)
    {
        List<StepOutlook> outlooks = [];
        foreach (RunStep step in steps)
        {
            outlooks.Add(outlooks.TrueForAll(static o => o.State == StepState.Current)
                ? step.Look()
                : new StepOutlook(step.Kind, StepState.Later, step.LookAhead()));
        }

        return outlooks;
    }

    internal static IReadOnlyList<WholeRunStep> Run(IReadOnlyList<RunStep> steps, IProgress<WholeRunProgress>? progress, CancellationToken cancel)
    {
        List<WholeRunStep> done = [];
        foreach (RunStep step in steps)
        {
            cancel.ThrowIfCancellationRequested();
            StepOutlook outlook = step.Look();
            progress?.Report(new WholeRunProgress(outlook));
            if (outlook.State == StepState.Current) continue;

            step.Run(outlook, progress, cancel);
            done.Add(step.Kind);
        }

        cancel.ThrowIfCancellationRequested();
        return done;
    }

    /// <summary>The task's full name; where a folder is given in its place, the error says which option takes it.</summary>
    private static string TaskOf(WholeRunOptions options)
    {
        string task = options.Training.Each.Task;
        if (!task.AsSpan().ContainsAny('/', '\\') && (options.Workspace.Tasks().Contains(task) || !Directory.Exists(task))) return options.Workspace.TaskName(task);
        if (!Directory.Exists(task)) throw new DescribedException(task, "there is no such folder", "give a task by its number or full name");

        string full = Path.GetFullPath(task);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(full));
        if (Path.TrimEndingDirectorySeparator(full) == options.Workspace.RawTask(name)) return options.Workspace.TaskName(name);
        throw new DescribedException(
            full,
            $"this folder is not in the raw folder {options.Workspace.RawTasks}",
            $"give a Decathlon task (TaskXX_NAME) with -d instead of -t; copy any other to {options.Workspace.RawTask("TaskXXX_NAME")}, with one file a channel (CASE_0000.nii.gz, …) and dataset.json, which nnunet generate_dataset_json makes");
    }
}
