using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NnUNet.Torch.Replicas.Mpi;

/// <summary>The pauses between two looks at an operation: none at first, then ever longer ones, so that long waiting costs no core.</summary>
internal readonly partial struct MpiPause
{
    private static readonly TimeSpan Eager = TimeSpan.FromMilliseconds(2); // small sums take some microseconds
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2); // big ones make progress at each look
    private readonly long _begin = Stopwatch.GetTimestamp();

    /// <summary>Waiting begins.</summary>
    public MpiPause()
    {
    }

    /// <summary>Waits a little.</summary>
    public void Once()
    {
        TimeSpan waited = Stopwatch.GetElapsedTime(_begin);
        if (waited < Eager) Thread.Yield();
        else if (waited < Short && !OperatingSystem.IsWindows()) _ = SleepMicroseconds(50);
        else Thread.Sleep(1);
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SleepMicroseconds(uint microseconds);
}
