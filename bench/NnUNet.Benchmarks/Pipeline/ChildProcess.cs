using System.Diagnostics;
using System.Globalization;
using NnUNet.Benchmarks.Suite;

namespace NnUNet.Benchmarks.Pipeline;

/// <summary>What a process took: wall and processor time, and memory, which Linux tells while it runs.</summary>
/// <param name="Wall">From its start to its end, in seconds.</param>
/// <param name="User">Seconds of all cores in its own code.</param>
/// <param name="PeakBytes">The most memory that it had in the machine's memory; null where the system does not tell.</param>
/// <param name="PrivateBytes">The most memory of its own, mapped files not counted; null where the system does not tell.</param>
/// <param name="Output">What it printed.</param>
internal sealed record ProcessFigures(double Wall, double User, long? PeakBytes, long? PrivateBytes, string Output);

/// <summary>Runs .NET programs to their end.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs this program with other arguments.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has the last lines that it printed.</exception>
    public static ProcessFigures Own(SuiteOptions options, TimeSpan timeout, params string[] arguments) =>
        Run(options, timeout, new Dictionary<string, string>(), [typeof(ChildProcess).Assembly.Location, .. arguments]);

    /// <summary>Runs <c>dotnet</c> with arguments, looks at it every 10 ms, and adds what it prints to the log.</summary>
    /// <exception cref="InvalidOperationException">It failed or took too long; the message has the last lines that it printed.</exception>
    public static ProcessFigures Run(SuiteOptions options, TimeSpan timeout, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = options.Scratch };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        List<string> lines = [];
        Stopwatch clock = Stopwatch.StartNew();
        using Process process = new() { StartInfo = start };
        process.OutputDataReceived += (_, e) => Add(e.Data);
        process.ErrorDataReceived += (_, e) => Add(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        (double user, long? peak, long? own) = (0, null, null);
        while (!process.WaitForExit(Interval))
        {
            user = Math.Max(user, User(process.Id));
            peak = Larger(peak, StatusBytes(process.Id, "VmHWM:"));
            own = Larger(own, StatusBytes(process.Id, "RssAnon:"));
            if (clock.Elapsed < timeout) continue;
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"it was stopped after {timeout.TotalMinutes} minutes");
        }

        double wall = clock.Elapsed.TotalSeconds;
        process.WaitForExit(); // for the rest of the output
        string output;
        lock (lines) output = string.Join('\n', lines);
        File.AppendAllText(options.LogFile, $"$ dotnet {string.Join(' ', arguments)}\n{output}\n\n");
        return process.ExitCode == 0
            ? new ProcessFigures(wall, user, peak, own, output)
            : throw new InvalidOperationException($"exit code {process.ExitCode}: {string.Join(" / ", lines.Where(static l => l.Trim().Length > 0).TakeLast(3))}");

        void Add(string? line)
        {
            if (line is null) return;
            lock (lines) lines.Add(line);
        }
    }

    private static long? Larger(long? a, long? b) => a is null || b > a ? b ?? a : a;

    // The process may be gone while its file is read.
    private static string[] Lines(string path)
    {
        try
        {
            return OperatingSystem.IsLinux() ? File.ReadAllLines(path) : [];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static long? StatusBytes(int id, string name)
    {
        string? line = Lines($"/proc/{id}/status").FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        return line is null ? null : 1024 * long.Parse(line.AsSpan(name.Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture);
    }

    private static double User(int id)
    {
        // Field 14 counts hundredths of a second; the second field, a name in brackets, may hold spaces.
        if (Lines($"/proc/{id}/stat") is not [var line, ..]) return 0;
        string[] fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) / 100.0;
    }
}
