using NnUNet.Files.Numpy;
using NnUNet.Foundation;

namespace NnUNet.Core.Export;

/// <summary>All probabilities in a folder and below it: what takes the most disk of a cross-validation once the best configuration is chosen.</summary>
/// <remarks>
/// Known by their content, so that no other <c>.npz</c> is taken for one: not the segmentations that the cascade's second stage sees, nor
/// preprocessed cases. Links to folders are not followed. Source of the idea: nnunet/utilities/recursive_delete_npz.py, which goes by names.
/// </remarks>
public static class ProbabilityFolder
{
    private static string[] Keys => [.. Catalog<ResultLayout>.Names.Select(static name => Catalog<ResultLayout>.Create(name).Key)];

    /// <summary>Finds the probabilities.</summary>
    /// <param name="folder">Where to look, folders below it included.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <exception cref="DescribedException">There is no such folder.</exception>
    public static ProbabilityFolderContents Find(string folder, CancellationToken cancel = default)
    {
        if (!Directory.Exists(folder)) throw new DescribedException(folder, "there is no such folder", "check the path");

        List<ProbabilityFileSize> found = [];
        List<string> unread = [];
        foreach (string path in Files(folder))
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                if (NpzFile.Keys(path) is [var key] && Keys.Contains(key)) found.Add(new ProbabilityFileSize(path, new FileInfo(path).Length));
            }
            catch (DescribedException)
            {
                unread.Add(path);
            }
        }

        return new ProbabilityFolderContents(found.ToValueArray(), unread.ToValueArray());
    }

    private static IEnumerable<string> Files(string folder) => VisibleFiles.In(folder, "*" + ProbabilityFile.Ending).Concat(
        VisibleFiles.FoldersIn(folder).Where(static f => new DirectoryInfo(f).LinkTarget is null).SelectMany(Files));
}

/// <summary>The probabilities that were found.</summary>
/// <param name="Files">Their files, in the order of their paths.</param>
/// <param name="Unread">Files of the same ending that cannot be read, and so are not known to hold probabilities.</param>
public sealed record ProbabilityFolderContents(ValueArray<ProbabilityFileSize> Files, ValueArray<string> Unread)
{
    /// <summary>Bytes of all of them.</summary>
    public long Bytes => Files.Sum(static f => f.Bytes);
}

/// <summary>A file of probabilities.</summary>
/// <param name="Path">The npz file.</param>
/// <param name="Bytes">Its bytes.</param>
public sealed record ProbabilityFileSize(string Path, long Bytes);
