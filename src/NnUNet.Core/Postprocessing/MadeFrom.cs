using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Postprocessing;

/// <summary>Remembers in a folder from which files and how its content was made, so that a repeated run knows what is current.</summary>
/// <param name="folder">The folder of the results.</param>
/// <param name="files">What they are made from, of images all files: names, sizes and times of the last change count.</param>
/// <param name="settings">How they are made.</param>
internal sealed class MadeFrom(string folder, IEnumerable<string> files, IEnumerable<string> settings)
{
    /// <summary>Raised with every change of what is computed.</summary>
    private const int Revision = 1;

    private readonly string _path = Path.Join(folder, "made_from.txt");
    private readonly Lazy<string> _hash = new(() => Hash(files, settings));

    /// <summary>Whether all results are there, made from the same files in the same way.</summary>
    public bool IsCurrent(IEnumerable<string> results) =>
        File.Exists(_path) && results.SelectMany(ImageLocation.FilesOf).All(File.Exists) && InputFile.ReadText(_path) == _hash.Value;

    /// <summary>From now on the results are not current.</summary>
    public void Begin()
    {
        if (File.Exists(_path)) File.Delete(_path);
    }

    /// <summary>The results are whole.</summary>
    public void End() => AtomicFile.WriteText(_path, _hash.Value);

    private static string Hash(IEnumerable<string> files, IEnumerable<string> settings) => Stamp.Hash(
        [
            string.Create(CultureInfo.InvariantCulture, $"{typeof(MadeFrom).Assembly.GetName().Version} {Revision}"),
            .. settings,
            .. files.SelectMany(static file => ImageLocation.Stamps(file)),
        ]);
}
