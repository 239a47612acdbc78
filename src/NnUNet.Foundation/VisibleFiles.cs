namespace NnUNet.Foundation;

/// <summary>Lists folders as a user means them: files that operating systems and archivers leave there are ignored.</summary>
/// <remarks>
/// Ignored are names that begin with a dot (macOS's <c>._NAME</c> and <c>.DS_Store</c> among them), <c>__MACOSX</c>, <c>Thumbs.db</c> and
/// <c>desktop.ini</c>. A link is listed as its target.
/// </remarks>
public static class VisibleFiles
{
    private static readonly string[] Shadows = ["__MACOSX", "Thumbs.db", "desktop.ini"];

    /// <summary>Whether a file or folder of this name is ignored.</summary>
    /// <param name="name">The name without folder.</param>
    public static bool IsIgnored(string name) => name.StartsWith('.') || Shadows.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a path below a folder leads through something that is ignored.</summary>
    /// <param name="relative">The path relative to the folder, separated by a slash or the system's separator.</param>
    public static bool IsPathIgnored(string relative) => relative.Split('/', '\\').Any(static part => part is not ("." or "..") && IsIgnored(part));

    /// <summary>The paths of a folder's files in ordinal order; none where there is no such folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pattern">Which names: <c>*</c> stands for any text.</param>
    public static IReadOnlyList<string> In(string folder, string pattern = "*") =>
        Directory.Exists(folder) ? Listed(Directory.EnumerateFiles(folder, pattern)) : [];

    /// <summary>The paths of a folder's folders in ordinal order; none where there is no such folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pattern">Which names: <c>*</c> stands for any text.</param>
    public static IReadOnlyList<string> FoldersIn(string folder, string pattern = "*") =>
        Directory.Exists(folder) ? Listed(Directory.EnumerateDirectories(folder, pattern)) : [];

    private static string[] Listed(IEnumerable<string> paths) => [.. paths.Where(static p => !IsIgnored(Path.GetFileName(p))).Order(StringComparer.Ordinal)];
}
