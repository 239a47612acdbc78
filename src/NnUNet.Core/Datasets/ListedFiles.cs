using NnUNet.Core.Cases;

namespace NnUNet.Core.Datasets;

/// <summary>Where the files lie that a <c>dataset.json</c> lists: in the folder that it names, whatever that is.</summary>
/// <remarks>
/// The original looks at the file's name alone, and takes another reader's <c>labelsTr</c> where <c>labelsTr2</c> is listed. Paths of another
/// machine, or from further up, count from the first of their folders that the data set has.
/// </remarks>
/// <param name="root">The data set's folder.</param>
internal sealed class ListedFiles(string root)
{
    private readonly Dictionary<string, ImageFolder> _folders = new(StringComparer.Ordinal);

    /// <summary>The images of a folder, which is listed once.</summary>
    public ImageFolder Folder(string path)
    {
        if (!_folders.TryGetValue(path, out ImageFolder? folder)) _folders[path] = folder = ImageFolder.Of(path);
        return folder;
    }

    /// <summary>The folder that a listed path means.</summary>
    /// <param name="listed">The path as it is listed.</param>
    /// <param name="usual">The folder where the path names none.</param>
    public ImageFolder Of(string listed, string usual)
    {
        string[] parts = [.. listed.Replace('\\', '/').TrimEnd('/').Split('/')[..^1].Where(static p => p is not ("" or "."))];
        if (Path.IsPathFullyQualified(listed) && Path.GetDirectoryName(Path.GetFullPath(listed)) is { } here && Has(Folder(here), CaseName.Of(listed))) return Folder(here);
        if (parts.Length == 0) return Folder(Path.Combine(root, usual));

        for (int skipped = 0; skipped < parts.Length; skipped++)
        {
            string folder = Path.GetFullPath(Path.Combine([root, .. parts[skipped..]]));
            if (Directory.Exists(folder)) return Folder(folder);
        }

        return Folder(IsAbsolute(listed) ? Path.Combine([Path.DirectorySeparatorChar.ToString(), .. parts]) : Path.GetFullPath(Path.Combine([root, .. parts])));
    }

    private static bool Has(ImageFolder folder, string caseId) => folder.All(caseId).Count > 0 || folder.All(CaseName.ChannelFile(caseId, 0, "")).Count > 0;

    private static bool IsAbsolute(string path) => path.StartsWith('/') || path.StartsWith('\\') || path is [_, ':', ..];
}
