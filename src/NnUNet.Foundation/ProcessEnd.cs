using System.Runtime.InteropServices;

namespace NnUNet.Foundation;

/// <summary>The end of this process, whatever its threads are in.</summary>
internal static partial class ProcessEnd
{
    /// <summary>What must be done before the process leaves, in whatever way: such as ending those that it has started.</summary>
    public static event Action? Leaving;

    /// <summary>Does what must be done before the process leaves.</summary>
    public static void Prepare() => Leaving?.Invoke();

    /// <summary>Ends the process at once, without what libraries would do at its end: it may take long, or wait for processes that are gone.</summary>
    public static void AtOnce(int exitCode)
    {
        Prepare();
        if (OperatingSystem.IsWindows()) Environment.Exit(exitCode);
        Leave(exitCode);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Leave(int exitCode);
}
