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
    /// <param name="onlyChanged">Whether tasks that were verified before, and have not changed since, are left out.</param>
    /// <param name="progress">Told of every finished case.</param>
    /// <param name="cancel">Stops between cases.</param>
    /// <returns>A report for each task, in the order of the tasks.</returns>
    /// <exception cref="DescribedException">A task is unknown, or the note of a verification cannot be written.</exception>
    public static IReadOnlyList<DatasetReport> Run(
        Workspace workspace, IReadOnlyList<string> tasks, int threads = 0, bool onlyChanged = false, IProgress<PreprocessingProgress>? progress = null, CancellationToken cancel = default)
    {
        List<DatasetReport> reports = [];
        foreach (string name in tasks.Select(workspace.TaskName).Distinct(StringComparer.Ordinal).ToArray())
        {
            if (onlyChanged && Open(workspace, name).IsVerified()) continue;
            DatasetReport report = DatasetVerifier.Verify(workspace.RawTask(name), threads, Relay.Into<VerificationProgress, PreprocessingProgress>(progress, p =>
                new PreprocessingProgress(name, PreprocessingStep.Verify, p.CaseId, p.Done, p.Total)), cancel);
            reports.Add(report);
            if (report.Faults.Count == 0) Open(workspace, name).NoteVerified();
        }

        return reports;
    }

    private static RawTask Open(Workspace workspace, string name) => RawTask.Open(workspace.RawTask(name), workspace.PreprocessedTask(name));
}
