using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace NnUNet.Testing;

/// <summary>What a program printed and how it ended.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    /// <summary>Fails the test with everything that was printed unless the run ended with 0.</summary>
    public ProgramResult MustSucceed()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode.ToString(CultureInfo.InvariantCulture)}{Environment.NewLine}{Output}{Environment.NewLine}{Error}");
        return this;
    }
}

/// <summary>A program as a child process, with none of this machine's nnU-Net variables; nothing waits for it without a limit.</summary>
public sealed class ChildProgram : IDisposable
{
    private static readonly string[] Variables = ["nnUNet_raw_data_base", "nnUNet_preprocessed", "RESULTS_FOLDER", "nnUNet_def_n_proc", "nnUNet_n_proc_DA", "OMP_NUM_THREADS"];
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private ChildProgram(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Against hangs only: other work on the same machine may slow a training down a lot.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(20);

    /// <summary>The <c>dotnet</c> that runs these tests.</summary>
    public static string Dotnet =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    /// <summary>The number of its process.</summary>
    public int Id => _process.Id;

    /// <summary>Whether the program is over.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Whether the program was started with Ctrl+C ignored, as after <c>nohup</c> or in the background of a script.</summary>
    public bool IgnoresInterrupts
    {
        get
        {
            string? ignored = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/status"))
                .FirstOrDefault(static line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
            return ignored is not null && (ulong.Parse(ignored["SigIgn:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 2) != 0;
        }
    }

    /// <summary>The most memory that the program has had resident so far, in bytes; null once it is over, and where the system does not say.</summary>
    public long? PeakBytes
    {
        get
        {
            try
            {
                string? peak = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/status"))
                    .FirstOrDefault(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
                return peak is null ? null : long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim(), CultureInfo.InvariantCulture) * 1024;
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    /// <summary>Starts a program and returns at once.</summary>
    public static ChildProgram Start(string file, params string[] args) => Start(new ProcessStartInfo(file, args));

    /// <summary>Starts a program with a folder or variables of its own, and returns at once.</summary>
    public static ChildProgram Start(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        foreach (string variable in Variables) start.Environment.Remove(variable);
        return new ChildProgram(start);
    }

    /// <summary>Runs a program to its end.</summary>
    public static ProgramResult Run(string file, params string[] args) => Run(new ProcessStartInfo(file, args));

    /// <summary>Runs a program with a folder or variables of its own to its end.</summary>
    public static ProgramResult Run(ProcessStartInfo start)
    {
        using ChildProgram program = Start(start);
        return program.WaitForEnd();
    }

    /// <summary>Waits for the end and returns what happened; fails the test where it does not come.</summary>
    public ProgramResult WaitForEnd()
    {
        if (!_process.WaitForExit(Patience)) Fail($"did not end within {Patience}");
        _process.WaitForExit(); // for the last lines
        return new ProgramResult(_process.ExitCode, Text(_output), Text(_error));
    }

    /// <summary>Waits until a condition holds; fails the test where the program ends before or it takes too long.</summary>
    public void WaitUntil(Func<bool> condition, string what)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!condition())
        {
            bool over = HasEnded || Stopwatch.GetElapsedTime(begin) > Patience;
            if (over && !condition()) Fail($"ended or hung before {what}");
            Thread.Sleep(20);
        }
    }

    /// <summary>Looks at the program again and again until it is over; fails the test where that takes too long.</summary>
    public void WaitUntilEnd(Action look)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!HasEnded)
        {
            if (Stopwatch.GetElapsedTime(begin) > Patience) Fail($"did not end within {Patience}");
            look();
            Thread.Sleep(5);
        }
    }

    /// <summary>Whether a text was printed so far.</summary>
    public bool HasPrinted(string text) => Text(_output).Contains(text, StringComparison.Ordinal);

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        if (!HasEnded) _process.Kill(entireProcessTree: true);
        Assert.True(_process.WaitForExit(Patience), "a killed program does not end");
    }

    /// <summary>Sends a signal by its name, such as INT or TERM. Not for Windows.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        Assert.True(kill.WaitForExit(Patience), "kill does not end");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!HasEnded) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Fail(string how)
    {
        Kill();
        Assert.Fail($"{_process.StartInfo.FileName} {how}{Environment.NewLine}{Text(_output)}{Environment.NewLine}{Text(_error)}");
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.AppendLine(line);
    }

    private static string Text(StringBuilder text)
    {
        lock (text) return text.ToString();
    }
}
