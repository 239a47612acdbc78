using NnUNet.Core.Cases;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;

namespace NnUNet.Workflows.Prediction;

/// <summary>The segmentations that earlier calls left in an output folder, and whether they are postprocessed as the model says now.</summary>
/// <remarks>
/// The folder's <c>postprocessing.json</c> tells how all its segmentations were postprocessed. Where the model says something
/// else by now, they are moved aside first and the file is replaced then. Wherever that is stopped, a repeated call finds cases
/// that are missing, and none that passes for what it is not.
/// </remarks>
internal sealed class EarlierSegmentations(ResultFolder results)
{
    private const string Replaced = PredictRun.ReplacedFolder;
    private const string LockName = "replacing.lock";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly string _folder = results.Path;

    /// <summary>Whether they are postprocessed as a model says.</summary>
    public bool Fit(PostprocessingDecision? now) => ModelPostprocessing.RemoveTheSame(ModelPostprocessing.Of(_folder), now);

    /// <summary>Whether there is one of a case.</summary>
    public bool Has(string caseId) => results.Has(caseId);

    /// <summary>Brings them in line with a model's postprocessing, and records it.</summary>
    /// <param name="modelFolder">The model's folder.</param>
    /// <param name="cases">All cases that calls on this folder predict.</param>
    /// <param name="now">The model's decision; null for none.</param>
    /// <param name="postprocess">Whether to postprocess what was not postprocessed before; else it is only moved aside.</param>
    /// <param name="progress">Receives a report after each case that is postprocessed.</param>
    /// <param name="cancel">Stops between cases.</param>
    /// <returns>The cases that were postprocessed, and those that were only moved aside.</returns>
    public (IReadOnlyList<string> Postprocessed, IReadOnlyList<string> Outdated) Adopt(
        string modelFolder,
        IReadOnlyList<string> cases,
        PostprocessingDecision? now,
        bool postprocess,
        IProgress<PredictProgress>? progress,
        CancellationToken cancel)
    {
        if (Fit(now) && FileLock.OwnerOf(Path.Combine(_folder, LockName)) is null)
        {
            ModelPostprocessing.Record(modelFolder, _folder);
            return ([], []);
        }

        // Another call may predict another part into this folder, and has seen the same or is at work on it.
        using FileLock gate = Wait(cancel);
        if (Fit(now)) return ([], []);

        bool raw = (ModelPostprocessing.Of(_folder)?.Rules ?? []).Count == 0;
        IReadOnlyList<string> moved = MoveAside(cases);
        ModelPostprocessing.Record(modelFolder, _folder);
        string[] postprocessed = raw && postprocess ? [.. moved.Where((c, i) => Postprocess(c, now!, new PredictProgress(c, PredictStage.Export, 0, i, moved.Count), progress, cancel))] : [];
        return (postprocessed, [.. moved.Except(postprocessed)]);
    }

    /// <summary>Moves the segmentations of these cases to <see cref="PredictRun.ReplacedFolder"/>, those that there are.</summary>
    /// <returns>The cases.</returns>
    public IReadOnlyList<string> MoveAside(IEnumerable<string> cases)
    {
        string[] there = [.. cases.Where(Has)];
        foreach (string one in there) results.Find(one)!.MoveTo(Path.Combine(_folder, Replaced));
        return there;
    }

    /// <summary>Writes a segmentation again, postprocessed; one that cannot be read is left to be predicted again.</summary>
    private bool Postprocess(string caseId, PostprocessingDecision decision, PredictProgress state, IProgress<PredictProgress>? progress, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        progress?.Report(state);
        ImageLocation before;
        Volume<short> labels;
        try
        {
            before = ImageFolder.Of(Path.Combine(_folder, Replaced)).Find(caseId)!;
            MemoryLimit.Check(before.Path, SegmentationLoop.Bytes(before.Path), "the segmentation");
            labels = ImageFile.ReadLabels(before.Path);
        }
        catch (DescribedException)
        {
            return false;
        }

        decision.Apply(labels);
        results.Write(caseId, labels, before);
        return true;
    }

    private FileLock Wait(CancellationToken cancel)
    {
        while (true)
        {
            if (FileLock.TryTake(Path.Combine(_folder, LockName), out FileLock? held)) return held;
            cancel.ThrowIfCancellationRequested();
            Thread.Sleep(Pause);
        }
    }
}
