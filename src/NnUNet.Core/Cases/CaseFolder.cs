using NnUNet.Foundation;

namespace NnUNet.Core.Cases;

/// <summary>Files of one kind that stand for cases by their names, such as <c>CASE.npz</c>.</summary>
public static class CaseFolder
{
    /// <summary>The paths of a folder's files by case name in composed form, in ordinal order; none where there is no such folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="ending">What follows the case's name, such as <c>.npz</c>.</param>
    public static SortedDictionary<string, string> Files(string folder, string ending)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (string path in VisibleFiles.In(folder, "*" + ending)) files[ComposedForm.Of(Path.GetFileName(path)[..^ending.Length])] = path;
        return files;
    }
}
