namespace NnUNet.Testing;

/// <summary>Copies of folders as they are at a moment. Nobody holds the locks in a copy: so does a process that is killed leave them.</summary>
public static class Copies
{
    /// <summary>Copies a folder with everything below it, hidden files too; files that are held are copied empty.</summary>
    public static void Of(string from, string to)
    {
        EnumerationOptions all = new() { RecurseSubdirectories = true, AttributesToSkip = 0 };
        Directory.CreateDirectory(to);
        foreach (string folder in Directory.EnumerateDirectories(from, "*", all)) Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (string file in Directory.EnumerateFiles(from, "*", all))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            if (file.EndsWith(".lock", StringComparison.Ordinal)) File.WriteAllText(target, "");
            else File.Copy(file, target);
        }
    }
}
