namespace NnUNet.Foundation;

/// <summary>A folder that gets files and must hold no others.</summary>
internal static class EmptyFolder
{
    /// <summary>Refuses a folder that holds something; it need not exist.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="remedy">What to do.</param>
    /// <exception cref="DescribedException">It holds something.</exception>
    public static void Check(string folder, string remedy = "choose another one")
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()) throw new DescribedException(folder, "the folder is not empty", remedy);
    }
}
