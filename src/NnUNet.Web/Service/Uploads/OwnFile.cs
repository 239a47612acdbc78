namespace NnUNet.Web.Service.Uploads;

/// <summary>New files that this user alone may read.</summary>
internal static class OwnFile
{
    private const int BufferBytes = 1 << 16;

    /// <summary>How such a file is opened.</summary>
    public static FileStreamOptions New()
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = BufferBytes };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
