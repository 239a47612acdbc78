using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Postprocessing;

/// <summary>Works on segmentation files, as many at a time as threads and memory allow; all faults come in one report.</summary>
internal sealed class SegmentationLoop(int threads, long maxRamBytes, IProgress<PostprocessingProgress>? progress, CancellationToken cancel)
{
    /// <summary>A voxel of a segmentation, of its reference, and what reading, scoring and writing them takes.</summary>
    private const int BytesPerVoxel = 16;

    /// <summary>Stops the loop; for work that goes on for long within a case.</summary>
    public CancellationToken Cancel { get; } = cancel;

    private readonly CaseLoop _loop = new(threads, new MemoryBudget(maxRamBytes), cancel);

    /// <summary>Does something with each file.</summary>
    /// <param name="step">What is done, for people.</param>
    /// <param name="files">The files; their headers tell how much memory the work takes.</param>
    /// <param name="work">The work on the file of a number.</param>
    /// <exception cref="PostprocessingException">Files are at fault: one report for all of them.</exception>
    public T[] Run<T>(string step, IReadOnlyList<string> files, Func<int, T> work) =>
        Run(step, files, i => Bytes(files[i]), work);

    /// <summary>Bytes that the work on segmentations of one image takes at most, by their headers.</summary>
    public static long Bytes(params ReadOnlySpan<string> files)
    {
        long voxels = 0;
        foreach (string file in files) voxels = Math.Max(voxels, ImageFile.ReadHeader(file).Extent.Count);
        return voxels * BytesPerVoxel;
    }

    /// <summary>Does something with each case.</summary>
    /// <param name="step">What is done, for people.</param>
    /// <param name="files">A file of each case, for its name.</param>
    /// <param name="bytes">Bytes that the work on the case of a number takes.</param>
    /// <param name="work">The work on the case of a number.</param>
    /// <exception cref="PostprocessingException">Cases are at fault: one report for all of them.</exception>
    public T[] Run<T>(string step, IReadOnlyList<string> files, Func<int, long> bytes, Func<int, T> work)
    {
        T[] results = new T[files.Count];
        progress?.Report(new PostprocessingProgress(step, "", 0, files.Count));
        IReadOnlyList<CaseFault> faults = _loop.Run(
            files.Count,
            i => new CaseNeed(files[i], bytes(i)),
            i => results[i] = work(i),
            (i, done) => progress?.Report(new PostprocessingProgress(step, CaseName.Of(files[i]), done, files.Count)));
        return faults.Count == 0
            ? results
            : throw new PostprocessingException(
                faults.Count == 1 ? step : $"{step}: {faults.Count} of {files.Count} cases", CaseLoop.Lines(faults), "correct or remove these files");
    }
}
