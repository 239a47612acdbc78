using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Postprocessing;

/// <summary>Remembers in a folder from which files and how its content was made, so that a repeated run knows what is current.</summary>
/// <param name="folder">The folder of the results.</param>
/// <param name="files">What they are made from, of images all files: names, sizes and times of the last change count, and contents where that is asked for.</param>
/// <param name="settings">How they are made.</param>
/// <remarks>The segmentations among the results are remembered too, by their contents: where one was cut off or replaced, all are made anew.</remarks>
internal sealed class MadeFrom(string folder, IEnumerable<string> files, IEnumerable<string> settings)
{
    /// <summary>Raised with every change of what is computed.</summary>
    private const int Revision = 2;

    private readonly string _path = Path.Join(folder, "made_from.txt");
    private readonly string[] _files = [.. files];
    private readonly string _how = string.Join('\n', settings.Prepend(string.Create(CultureInfo.InvariantCulture, $"{typeof(MadeFrom).Assembly.GetName().Version} {Revision}")));

    /// <summary>Whether all results are there as they were left, made from the same files in the same way.</summary>
    /// <param name="results">The results.</param>
    /// <param name="recheck">Whether contents are compared even where sizes and times are the same.</param>
    public bool IsCurrent(IReadOnlyList<string> results, bool recheck = false) =>
        File.Exists(_path)
        && results.SelectMany(ImageLocation.FilesOf).All(File.Exists)
        && InputFile.ReadLines(_path) is [string made, string left, string contents]
        && made == Made()
        && left == Left(results)
        && (!recheck || contents == Contents());

    /// <summary>From now on the results are not current.</summary>
    public void Begin()
    {
        if (File.Exists(_path)) File.Delete(_path);
    }

    /// <summary>The results are whole.</summary>
    public void End(IReadOnlyList<string> results) => AtomicFile.WriteText(_path, string.Concat(((string[])[Made(), Left(results), Contents()]).Select(static line => line + "\n")));

    private string Made() => Stamp.Hash(_files.SelectMany(static file => ImageLocation.Stamps(file)).Prepend(_how));

    private string Contents() => Stamp.Hash(_files.SelectMany(ImageLocation.FilesOf).Select(KnownFile.HashOf).Prepend(_how));

    private static string Left(IReadOnlyList<string> results) => Stamp.Hash(results.Where(ImageFile.IsImage).SelectMany(ImageLocation.FilesOf).Select(KnownFile.HashOf));
}
