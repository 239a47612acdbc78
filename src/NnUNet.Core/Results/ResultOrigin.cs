using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Results;

/// <summary>How the result of a case is made now, to be compared with how it was made and to be recorded.</summary>
public sealed record ResultOrigin
{
    /// <summary>The command that makes it.</summary>
    public required string MadeBy { get; init; }

    /// <summary>The files of the image.</summary>
    public IReadOnlyList<KnownFile> Image { get; init; } = [];

    /// <summary>The image's files as somebody else's record tells of them, where they are not at hand; recorded, not compared.</summary>
    public ValueArray<FileMark> ImageOnRecord { get; init; } = [];

    /// <summary>Other files of the case that it is made from; null where they cannot be told and are not compared.</summary>
    public IReadOnlyList<KnownFile>? MadeFrom { get; init; } = [];

    /// <summary>The files of the model.</summary>
    public IReadOnlyList<KnownFile> Model { get; init; } = [];

    /// <summary>The options that decide about the result, by their names.</summary>
    public SortedDictionary<string, string> Options { get; init; } = [];

    /// <summary>What is removed from it; empty for nothing.</summary>
    public string Postprocessing { get; init; } = "";

    /// <summary>The checksums of the files that describe such results in their folder, by their names.</summary>
    public SortedDictionary<string, string> DescribedBy { get; init; } = [];

    /// <summary>The version of the program that makes it.</summary>
    public static string Version { get; } = typeof(ResultOrigin).Assembly.GetName().Version!.ToString(3);

    /// <summary>The files of images, each with all that belong to it.</summary>
    /// <param name="images">The images' paths.</param>
    /// <param name="recheck">Whether contents are compared even where size and time are the same.</param>
    public static IReadOnlyList<KnownFile> FilesOf(IEnumerable<string> images, bool recheck = false) =>
        [.. images.SelectMany(ImageLocation.FilesOf).Select(file => new KnownFile(file, recheck: recheck))];

    /// <summary>The record of a result that is in work; reads all files that have not been read.</summary>
    /// <exception cref="DescribedException">A file cannot be read, or has changed since this object was made.</exception>
    public ResultRecord Begun() => new()
    {
        MadeBy = MadeBy,
        Version = Version,
        Image = Image.Count > 0 ? KnownFile.Marks(Image) : ImageOnRecord,
        MadeFrom = KnownFile.Marks(MadeFrom ?? []),
        Model = KnownFile.Marks(Model),
        Options = Options,
        Postprocessing = Postprocessing,
        DescribedBy = DescribedBy,
    };

    /// <summary>In what a result was made otherwise, as the end of a sentence that begins with "it"; null where in nothing. Postprocessing is not looked at.</summary>
    public string? Difference(ResultRecord made)
    {
        if (made.MadeBy != MadeBy) return $"was made by {made.MadeBy}";
        if (ImageOnRecord.Count == 0 && !KnownFile.Are(Image, made.Image)) return $"was made of another image than {string.Join(", ", Image.Select(static f => Path.GetFileName(f.Path)))} is now";
        if (!KnownFile.Are(Model, made.Model) || DescribedBy.GetValueOrDefault(Plan.ModelFileName) != made.DescribedBy.GetValueOrDefault(Plan.ModelFileName)) return "was made by another model or other folds";
        if (MadeFrom is not null && !KnownFile.Are(MadeFrom, made.MadeFrom)) return $"was made from other files than {string.Join(", ", MadeFrom.Select(static f => Path.GetFileName(f.Path)))} {(MadeFrom.Count == 1 ? "is" : "are")} now";
        string[] others = [.. Options.Keys.Union(made.Options.Keys).Where(k => Options.GetValueOrDefault(k) != made.Options.GetValueOrDefault(k))];
        if (others.Length > 0) return $"was made with {string.Join(", ", others.Select(k => $"{k} {made.Options.GetValueOrDefault(k) ?? "unknown"}"))}";
        return made.Version == Version ? null : $"was made by version {made.Version}";
    }
}
