using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Preprocessing.Run;

/// <summary>Works on all cases of a task, as many at a time as threads and memory allow, and collects what is wrong with them.</summary>
/// <param name="task">The task's name.</param>
/// <param name="budget">The memory.</param>
/// <param name="threads">Cases at a time; 0 means the default, and twice as many where half of the time is spent waiting for the disk.</param>
/// <param name="progress">Reports the beginning, and every finished case.</param>
/// <param name="cancel">Stops between cases.</param>
internal sealed class PreprocessingLoop(
    string task, MemoryBudget budget, int threads, IProgress<PreprocessingProgress>? progress, CancellationToken cancel)
{
    /// <summary>Runs a step on every case.</summary>
    /// <param name="step">What is done.</param>
    /// <param name="cases">The cases.</param>
    /// <param name="bytes">Bytes that the work on a case takes beside the case itself, by its first channel's header and its number.</param>
    /// <param name="work">The work on the case of a number.</param>
    /// <exception cref="DatasetException">Cases have faults; all of them in one report, after all cases.</exception>
    /// <exception cref="PreprocessingException">Something else failed, such as writing: at once, with the case.</exception>
    public void Run(PreprocessingStep step, IReadOnlyList<CaseFiles> cases, Func<ImageHeader, int, long> bytes, Action<int> work)
    {
        int degree = threads > 0 || step != PreprocessingStep.Preprocess ? threads : 2 * ParallelLoop.DefaultDegree;
        progress?.Report(new PreprocessingProgress(task, step, "", 0, cases.Count));
        IReadOnlyList<CaseFault> faults = new CaseLoop(degree, budget, cancel).Run(
            cases.Count,
            i =>
            {
                ImageHeader header = ImageFile.ReadHeader(cases[i].Channels[0]);
                return new CaseNeed(cases[i].Channels[0], CaseReader.Bytes(cases[i]) + bytes(header, i));
            },
            work,
            (i, done) => progress?.Report(new PreprocessingProgress(task, step, cases[i].CaseId, done, cases.Count)),
            (i, e) => e is not (IOException or UnauthorizedAccessException or OutOfMemoryException) ? null : new PreprocessingException(
                $"{task}: {cases[i].CaseId}: {step}", e.Message.TrimEnd('.'), "free disk space or memory, or use fewer threads, and run the command again", e));
        if (faults.Count > 0) throw new DatasetException(task, [.. faults.Select(static f => DatasetFault.From(f.Fault))]);
    }
}
