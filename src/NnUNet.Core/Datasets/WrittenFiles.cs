using NnUNet.Foundation;

namespace NnUNet.Core.Datasets;

/// <summary>The files that a command has written for a case, as its record knows them: by their stamps, with paths below the folder that it writes to.</summary>
/// <param name="folder">That folder.</param>
internal sealed class WrittenFiles(string folder)
{
    /// <summary>The stamps of files.</summary>
    /// <param name="paths">Their full paths.</param>
    public ValueArray<string> Stamps(IEnumerable<string> paths) => StampsOf(paths.Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/')));

    /// <summary>Whether the files of stamps are as they were.</summary>
    public bool AreCurrent(ValueArray<string> stamps) => stamps == StampsOf(stamps.Select(Stamp.NameIn));

    /// <summary>The full paths of the files of stamps.</summary>
    public IEnumerable<string> Paths(IEnumerable<string> stamps) => stamps.Select(stamp => Path.GetFullPath(Path.Combine(folder, Stamp.NameIn(stamp))));

    /// <summary>Removes the files of stamps that are there.</summary>
    public void Remove(IEnumerable<string> stamps)
    {
        foreach (string path in Paths(stamps).Where(File.Exists)) File.Delete(path);
    }

    private ValueArray<string> StampsOf(IEnumerable<string> relative) => relative.Select(name => Stamp.OfFile(Path.Combine(folder, name), name)).ToValueArray();
}
