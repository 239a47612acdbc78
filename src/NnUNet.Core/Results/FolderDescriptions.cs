using System.Security.Cryptography;
using NnUNet.Core.Cases;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Results;

/// <summary>
/// The files that describe all results of a folder, <c>plans.json</c> and <c>postprocessing.json</c>: they lie there only while
/// they are true of every segmentation in it.
/// </summary>
/// <param name="folder">The folder of the results.</param>
/// <param name="descriptions">The files' contents as they are true of results that are made now; null where there is to be none.</param>
/// <param name="isTrueOf">Whether what a file says now is true of a result that was made so.</param>
/// <param name="images">Images of cases, which are no results even where they lie in the folder.</param>
public sealed class FolderDescriptions(string folder, IReadOnlyDictionary<string, byte[]?> descriptions, Func<string, ResultRecord, bool> isTrueOf, IEnumerable<string> images)
{
    private readonly ResultRecords _records = new(folder);
    private readonly HashSet<string> _images = [.. images.Select(Path.GetFullPath)];

    /// <summary>Takes away what is not true of the results that stay, or will not be true of those that come.</summary>
    /// <param name="leaving">Cases whose results are moved aside or replaced.</param>
    /// <param name="coming">Whether results are going to be made.</param>
    /// <exception cref="DescribedException">A file that this program did not write describes results of unknown origin, and would seem to describe those that come.</exception>
    public void Withdraw(IReadOnlySet<string> leaving, bool coming)
    {
        if (descriptions.Keys.All(name => !File.Exists(Path.Combine(folder, name)))) return;

        IReadOnlyList<Result> there = Results();
        foreach ((string name, byte[]? now) in descriptions)
        {
            string path = Path.Combine(folder, name);
            if (!File.Exists(path)) continue;

            byte[] before = File.ReadAllBytes(path);
            string hash = HashOf(before);
            bool same = now is not null && before.AsSpan().SequenceEqual(now), own = there.Any(r => r.Record?.DescribedBy.GetValueOrDefault(name) == hash);
            ImageLocation[] others = [.. there.Where(r => !leaving.Contains(r.Image.Name) && !IsTrueOf(name, r)).Select(static r => r.Image)];
            if (same && (others.Length == 0 || !own)) continue;

            if (others.Length == 0 || own)
            {
                File.Delete(path);
            }
            else if (coming)
            {
                throw new DescribedException(
                    path,
                    $"it describes segmentations of unknown origin ({others.Length} in this folder, the first is {others[0].FileName}), and would seem to describe those that are made now too",
                    "give another output folder");
            }
        }
    }

    /// <summary>Writes the files that are true of all results.</summary>
    /// <returns>Whether all of them are.</returns>
    public bool Write()
    {
        IReadOnlyList<Result> there = Results();
        bool all = true;
        foreach ((string name, byte[]? now) in descriptions)
        {
            string path = Path.Combine(folder, name);
            if (there.Any(r => !IsTrueOf(name, r))) all = false;
            else if (now is null) File.Delete(path);
            else if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(now)) AtomicFile.Write(path, stream => stream.Write(now));
        }

        return all;
    }

    /// <summary>The checksums of descriptions that there are, by their names.</summary>
    /// <param name="descriptions">The files' contents; null where there is to be none.</param>
    public static SortedDictionary<string, string> HashesOf(IReadOnlyDictionary<string, byte[]?> descriptions) =>
        new(descriptions.Where(static d => d.Value is not null).ToDictionary(static d => d.Key, static d => HashOf(d.Value!)), StringComparer.Ordinal);

    /// <summary>Moves the scores of a folder's segmentations aside, which are going to be others.</summary>
    /// <param name="folder">The folder of the results.</param>
    /// <param name="other">The folder that gets them.</param>
    public static void MoveScores(string folder, string other)
    {
        string scores = Path.Combine(folder, SegmentationSummary.FileName);
        if (!File.Exists(scores)) return;
        Directory.CreateDirectory(other);
        File.Move(scores, Path.Combine(other, SegmentationSummary.FileName), overwrite: true);
    }

    private static string HashOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private bool IsTrueOf(string name, Result result) => result.IsIntact && isTrueOf(name, result.Record!);

    /// <summary>The segmentations of the folder.</summary>
    private Result[] Results() =>
    [
        .. ImageFolder.Of(folder).Images.Where(i => !_images.Contains(Path.GetFullPath(i.Path))).Select(image =>
        {
            ResultRecord? record = _records.Read(image.Name);
            return new Result(image, record, _records.IsIntact(record, image));
        }),
    ];

    /// <summary>A segmentation with its record.</summary>
    /// <param name="Image">The segmentation.</param>
    /// <param name="Record">What its record says; null where it has none.</param>
    /// <param name="IsIntact">Whether it is the one that the record tells of, finished and untouched since.</param>
    private sealed record Result(ImageLocation Image, ResultRecord? Record, bool IsIntact);
}
