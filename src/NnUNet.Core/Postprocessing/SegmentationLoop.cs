using NnUNet.Core.Datasets;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Core.Postprocessing;

/// <summary>Works on segmentation files, as many at a time as threads and memory allow; all faults come in one report.</summary>
internal sealed class SegmentationLoop(int threads, long maxRamBytes, IProgress<PostprocessingProgress>? progress, CancellationToken cancel)
{
    /// <summary>A voxel of a segmentation, of its reference, and what reading, scoring and writing them takes.</summary>
    private const int BytesPerVoxel = 16;

    private const int FaultsShown = 20;

    private readonly MemoryBudget _budget = new(maxRamBytes);

    /// <summary>Does something with each file.</summary>
    /// <param name="step">What is done, for people.</param>
    /// <param name="files">The files; their headers tell how much memory the work takes.</param>
    /// <param name="work">The work on the file of a number.</param>
    /// <exception cref="PostprocessingException">Files are at fault: one report for all of them.</exception>
    public T[] Run<T>(string step, IReadOnlyList<string> files, Func<int, T> work) =>
        Run(step, files, i => ImageFile.ReadHeader(files[i]).Extent.Count * BytesPerVoxel, work);

    /// <summary>Does something with each case.</summary>
    /// <param name="step">What is done, for people.</param>
    /// <param name="files">A file of each case, for its name.</param>
    /// <param name="bytes">Bytes that the work on the case of a number takes.</param>
    /// <param name="work">The work on the case of a number.</param>
    /// <exception cref="PostprocessingException">Cases are at fault: one report for all of them.</exception>
    public T[] Run<T>(string step, IReadOnlyList<string> files, Func<int, long> bytes, Func<int, T> work)
    {
        T[] results = new T[files.Count];
        string?[] faults = new string?[files.Count];
        int done = 0;
        VolumeRows.ForEach(
            files.Count,
            i =>
            {
                try
                {
                    using IDisposable share = _budget.Enter(bytes(i), cancel);
                    results[i] = work(i);
                }
                catch (DescribedException e)
                {
                    faults[i] = e.Message.TrimEnd('.');
                }

                progress?.Report(new PostprocessingProgress(step, TrainingEntry.CaseName(files[i]), Interlocked.Increment(ref done), files.Count));
            },
            threads,
            cancel);

        string[] found = [.. faults.OfType<string>()];
        if (found.Length == 0) return results;

        throw new PostprocessingException(
            found.Length == 1 ? step : $"{step}: {found.Length} of {files.Count} cases",
            string.Join(Environment.NewLine, found.Take(FaultsShown)) + (found.Length > FaultsShown ? $"{Environment.NewLine}and {found.Length - FaultsShown} more" : ""),
            "correct or remove these files");
    }
}
