using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Run;

/// <summary>Verifies raw tasks and notes those without faults: <c>nnunet verify</c>, <c>--verify_dataset_integrity</c>.</summary>
public static class TaskVerification
{
    /// <summary>Looks for faults in all files of tasks.</summary>
    /// <param name="workspace">The three folders.</param>
    /// <param name="tasks">Numbers or names of the tasks.</param>
    /// <param name="threads">Cases at a time; 0 for the default.</param>
    /// <param name="progress">Told of every finished case.</param>
    /// <param name="cancel">Stops between cases.</param>
    /// <returns>A report for each task, in the order of the tasks.</returns>
    /// <exception cref="DescribedException">A task is unknown, or the note of a verification cannot be written.</exception>
    public static IReadOnlyList<DatasetReport> Run(
        Workspace workspace, IReadOnlyList<string> tasks, int threads = 0, IProgress<PreprocessingProgress>? progress = null, CancellationToken cancel = default)
    {
        string[] names = [.. tasks.Select(workspace.TaskName).Distinct(StringComparer.Ordinal)];
        return Run(workspace, names, name => RawTask.Open(workspace.RawTask(name), workspace.PreprocessedTask(name)), threads, maxRamBytes: 0, onlyChanged: false, progress, cancel);
    }

    /// <summary>Looks for faults in all files of tasks that are opened by somebody else.</summary>
    /// <param name="workspace">The three folders.</param>
    /// <param name="names">The tasks' names.</param>
    /// <param name="open">Opens a task.</param>
    /// <param name="threads">Cases at a time; 0 for the default.</param>
    /// <param name="maxRamBytes">What the cases in work may take; 0 for what the program may take.</param>
    /// <param name="onlyChanged">Whether tasks that were verified before, and have not changed since, are left out.</param>
    /// <param name="progress">Told of every finished case.</param>
    /// <param name="cancel">Stops between cases.</param>
    internal static IReadOnlyList<DatasetReport> Run(
        Workspace workspace, IReadOnlyList<string> names, Func<string, RawTask> open, int threads, long maxRamBytes, bool onlyChanged, IProgress<PreprocessingProgress>? progress, CancellationToken cancel)
    {
        List<DatasetReport> reports = [];
        foreach (string name in names)
        {
            if (onlyChanged && open(name).IsVerified()) continue;
            DatasetReport report = DatasetVerifier.Verify(workspace.RawTask(name), threads, maxRamBytes, Relay.Into<VerificationProgress, PreprocessingProgress>(progress, p =>
                new PreprocessingProgress(name, PreprocessingStep.Verify, p.CaseId, p.Done, p.Total)), cancel);
            reports.Add(report);
            if (report.Faults.Count == 0) open(name).NoteVerified();
        }

        return reports;
    }
}
