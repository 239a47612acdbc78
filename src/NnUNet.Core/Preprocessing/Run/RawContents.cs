using System.Text.Json.Serialization;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Preprocessing.Run;

/// <summary>The checksums of a raw task's files as they were when the task was preprocessed: <c>file_checksums.json</c> in the preprocessed task.</summary>
/// <remarks>
/// What is current is known by sizes and times of change. Where somebody changes a file and keeps both, only a comparison of
/// contents finds it; from then on the file's checksum counts too, so that everything made of it before is outdated, however often a run stops.
/// </remarks>
internal sealed record RawContents
{
    /// <summary>The file's name.</summary>
    public const string FileName = "file_checksums.json";

    /// <summary>The files by their full paths.</summary>
    [JsonPropertyName("files")]
    public SortedDictionary<string, RawContent> Files { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The checksums of a preprocessed task; none where there are none that can be read.</summary>
    public static RawContents Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) ? ProductJson.Read<RawContents>(path) : new RawContents();
        }
        catch (DescribedException)
        {
            return new RawContents(); // cut off or from another version: nothing is known
        }
    }

    /// <summary>What has to be said of a file beside its stamp: its checksum where its content was found changed under the same stamp.</summary>
    public string? Beside(string file) => Files.GetValueOrDefault(Path.GetFullPath(file)) is { FoundChanged: true } known && Stamp.IsOf(file, known.Mark) ? known.Mark.Sha256 : null;

    /// <summary>Compares the contents of all files with the checksums.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="threads">Files read at a time; 0 for the default.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <returns>The checksums with what was found, and the files whose content is another one, or of which no checksum was kept.</returns>
    public (RawContents Contents, IReadOnlyList<string> Changed) Rechecked(IEnumerable<CaseFiles> cases, int threads, CancellationToken cancel)
    {
        string[] files = [.. FilesOf(cases)];
        RawContent[] now = Marked(files, threads, cancel);
        string[] changed = [.. files.Where((f, i) => Files.GetValueOrDefault(f) is not { } before || (Stamp.IsOf(f, before.Mark) && before.Mark.Sha256 != now[i].Mark.Sha256))];
        HashSet<string> found = [.. changed];
        return (With(files.Zip(now, (f, mark) => (f, found.Contains(f) || (Files.GetValueOrDefault(f) is { FoundChanged: true } before && Stamp.IsOf(f, before.Mark)) ? mark with { FoundChanged = true } : mark))), changed);
    }

    /// <summary>The checksums with those of files that are new or have changed by their stamps; only these are read.</summary>
    public RawContents Completed(IEnumerable<CaseFiles> cases, int threads, CancellationToken cancel)
    {
        string[] files = [.. FilesOf(cases)];
        string[] unknown = [.. files.Where(f => Files.GetValueOrDefault(f) is not { } before || !Stamp.IsOf(f, before.Mark))];
        Dictionary<string, RawContent> now = unknown.Zip(Marked(unknown, threads, cancel)).ToDictionary(static p => p.First, static p => p.Second, StringComparer.Ordinal);
        return With(files.Select(f => (f, now.GetValueOrDefault(f) ?? Files[f])));
    }

    /// <summary>Writes the file.</summary>
    public void Write(string folder) => ProductJson.Write(Path.Combine(folder, FileName), this);

    private static RawContents With(IEnumerable<(string File, RawContent Content)> files) =>
        new() { Files = new SortedDictionary<string, RawContent>(files.ToDictionary(static f => f.File, static f => f.Content, StringComparer.Ordinal), StringComparer.Ordinal) };

    private static RawContent[] Marked(string[] files, int threads, CancellationToken cancel)
    {
        RawContent[] marks = new RawContent[files.Length];
        ParallelLoop.ForEach(files.Length, i => marks[i] = new RawContent { Mark = new KnownFile(files[i]).Mark }, threads, cancel);
        return marks;
    }

    private static IEnumerable<string> FilesOf(IEnumerable<CaseFiles> cases) =>
        cases.SelectMany(Provenance.Images).SelectMany(ImageLocation.FilesOf).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal);
}
