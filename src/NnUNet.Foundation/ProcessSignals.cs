namespace NnUNet.Foundation;

/// <summary>The signals by which processes of Linux and macOS are ended, as their exit codes tell them: 128 and the signal's number.</summary>
internal static class ProcessSignals
{
    /// <summary>The signal's name where the system kills a process, also where memory runs out.</summary>
    public const string Kill = "SIGKILL";

    private const int Signalled = 128;
    private const int Last = 64;

    private static readonly Dictionary<int, string> Names = new()
    {
        [1] = "SIGHUP",
        [2] = "SIGINT",
        [3] = "SIGQUIT",
        [4] = "SIGILL",
        [6] = "SIGABRT",
        [7] = "SIGBUS",
        [8] = "SIGFPE",
        [9] = Kill,
        [11] = "SIGSEGV",
        [15] = "SIGTERM",
        [24] = "SIGXCPU",
    };

    /// <summary>The number of the signal that an exit code tells of; null where it tells of none.</summary>
    public static int? Of(int exitCode) => !OperatingSystem.IsWindows() && exitCode is > Signalled and <= Signalled + Last ? exitCode - Signalled : null;

    /// <summary>A signal's name; null where it is not one of those that end programs.</summary>
    public static string? Name(int signal) => Names.GetValueOrDefault(signal);
}
