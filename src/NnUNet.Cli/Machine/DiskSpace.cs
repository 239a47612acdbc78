namespace NnUNet.Cli.Machine;

/// <summary>How much room the disk of a folder has.</summary>
internal static class DiskSpace
{
    /// <summary>Free bytes where the folder is or would be, or null where the system does not say.</summary>
    public static long? Free(string folder)
    {
        string existing = Path.GetFullPath(folder);
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent) existing = parent;
        try
        {
            return new DriveInfo(existing).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>"76.9 GB free" or "free space not known".</summary>
    public static string Text(string folder) => Free(folder) is { } bytes ? $"{Sizes.Text(bytes)} free" : "free space not known";
}
