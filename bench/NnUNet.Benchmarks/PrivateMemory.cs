using System.Diagnostics;
using System.Globalization;

namespace NnUNet.Benchmarks;

/// <summary>The memory that is this process's own: files that are mapped do not count.</summary>
internal sealed class PrivateMemory : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _watch;

    /// <summary>Begins to watch.</summary>
    public PrivateMemory()
    {
        _watch = new Thread(Watch) { IsBackground = true };
        _watch.Start();
    }

    /// <summary>The most bytes seen since the beginning.</summary>
    public long Peak { get; private set; }

    /// <summary>Bytes at this moment.</summary>
    public static long Now()
    {
        if (!OperatingSystem.IsLinux())
        {
            using Process process = Process.GetCurrentProcess();
            return process.PrivateMemorySize64;
        }

        string line = File.ReadLines("/proc/self/status").First(static l => l.StartsWith("RssAnon:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.AsSpan("RssAnon:".Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture);
    }

    /// <summary>Ends the watch.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _watch.Join();
        _stop.Dispose();
    }

    private void Watch()
    {
        do Peak = Math.Max(Peak, Now());
        while (!_stop.Token.WaitHandle.WaitOne(Interval));
    }
}
