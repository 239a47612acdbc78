using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Cases;

/// <summary>A folder of segmentations, one per case: those that earlier calls left in any ending, and those that are written now.</summary>
/// <remarks>What is there is listed once, at the beginning; files that this object writes, moves and removes are taken into account.</remarks>
public sealed class ResultFolder
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ImageLocation> _there;

    private ResultFolder(string path, string ending, Dictionary<string, ImageLocation> there) => (Path, Ending, _there) = (path, ending, there);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The ending of what is written.</summary>
    public string Ending { get; }

    /// <summary>Opens a folder, which need not exist.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="cases">The cases that belong there.</param>
    /// <param name="asked">The ending that is asked for; null for that of the segmentations that are there, or else of what they belong to.</param>
    /// <param name="own">The endings of what the segmentations belong to, the most important first.</param>
    /// <exception cref="DescribedException">A case is there in two formats.</exception>
    public static ResultFolder Open(string path, IEnumerable<string> cases, string? asked, params IEnumerable<string?> own)
    {
        ImageFolder images = ImageFolder.Of(path);
        ImageLocation[] there = [.. cases.Select(images.Find).OfType<ImageLocation>()];
        IEnumerable<string?> endings = there.Take(1).Select(static i => i.Ending).Concat(own);
        return new ResultFolder(path, ResultEnding.Of(asked, endings), there.DistinctBy(static i => i.Name).ToDictionary(static i => i.Name, StringComparer.Ordinal));
    }

    /// <summary>Whether there is a segmentation of a case, in any ending.</summary>
    public bool Has(string caseId) => Find(caseId) is not null;

    /// <summary>The segmentation of a case, in any ending; null where there is none.</summary>
    public ImageLocation? Find(string caseId)
    {
        lock (_gate) return _there.GetValueOrDefault(ComposedForm.Of(caseId)) is { Exists: true } found ? found : null;
    }

    /// <summary>The path of a case's segmentation: the one that is there, or the one that is written.</summary>
    public string PathOf(string caseId) => Find(caseId)?.Path ?? System.IO.Path.Combine(Path, caseId + Ending);

    /// <summary>Refuses cases that are there in another ending than the one that is written, so that none comes twice.</summary>
    /// <exception cref="DescribedException">There are such cases.</exception>
    public void RefuseOtherEndings(IEnumerable<string> cases)
    {
        ImageLocation[] others = [.. cases.Select(Find).OfType<ImageLocation>().Where(i => !i.Ending.Equals(Ending, StringComparison.OrdinalIgnoreCase))];
        if (others.Length == 0) return;

        throw new DescribedException(
            Path,
            $"segmentations of {others.Length} of these cases are there already, but not as {Ending}, the first is {others[0].FileName}",
            $"leave out the ending or give {others[0].Ending}, give another output folder, or move them away");
    }

    /// <summary>Writes a case's segmentation; one that is there in another ending is removed after that.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="labels">The segmentation (z, y, x).</param>
    /// <param name="reference">The image that it belongs to; null where it is not known.</param>
    /// <param name="names">The labels' names, for formats whose files should tell them; null where they are not known.</param>
    /// <returns>Its path.</returns>
    public string Write(string caseId, Volume<short> labels, ImageLocation? reference = null, IReadOnlyDictionary<int, string>? names = null)
    {
        string path = System.IO.Path.Combine(Path, caseId + Ending);
        ImageFile.WriteSegmentation(path, labels, names ?? ImageHeader.NoNames, reference);
        Written(caseId);
        return path;
    }

    /// <summary>Notes that a case's segmentation was written to this folder with its <see cref="Ending"/>; one that was there in another ending is removed.</summary>
    public void Written(string caseId)
    {
        ImageLocation now = ImageLocation.Of(System.IO.Path.Combine(Path, caseId + Ending))!;
        ImageLocation? before = Find(caseId);
        lock (_gate) _there[now.Name] = now;
        if (before is not null && !before.FileName.Equals(now.FileName, StringComparison.OrdinalIgnoreCase)) before.Delete();
    }
}
