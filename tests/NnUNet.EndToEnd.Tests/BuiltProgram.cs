using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace NnUNet.EndToEnd.Tests;

/// <summary>What a run of the program printed and how it ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    /// <summary>Fails the test with everything that was printed unless the run ended with 0.</summary>
    public ProgramResult MustSucceed()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode.ToString(CultureInfo.InvariantCulture)}{Environment.NewLine}{Output}{Environment.NewLine}{Error}");
        return this;
    }
}

/// <summary>The built program as a child process, with none of this machine's nnU-Net variables.</summary>
internal sealed class BuiltProgram : IDisposable
{
    // Against hangs only: other work on the same machine may slow a training down a lot.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private BuiltProgram(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The folder of the build that the tests run.</summary>
    public static string Folder { get; } = AppContext.BaseDirectory;

    /// <summary>Runs to the end.</summary>
    public static ProgramResult Run(params string[] args)
    {
        using BuiltProgram program = Start(args);
        return program.WaitForEnd();
    }

    /// <summary>Starts and returns at once.</summary>
    public static BuiltProgram Start(params string[] args) =>
        StartFile(Path.Combine(Folder, OperatingSystem.IsWindows() ? "nnunet.exe" : "nnunet"), args);

    /// <summary>Starts another program, such as an installed launcher.</summary>
    public static BuiltProgram StartFile(string file, params string[] args)
    {
        ProcessStartInfo start = new(file, args) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string variable in (string[])["nnUNet_raw_data_base", "nnUNet_preprocessed", "RESULTS_FOLDER", "nnUNet_def_n_proc", "nnUNet_n_proc_DA"])
        {
            start.Environment.Remove(variable);
        }

        return new BuiltProgram(start);
    }

    /// <summary>Waits for the end and returns what happened.</summary>
    public ProgramResult WaitForEnd()
    {
        if (!_process.WaitForExit(Patience))
        {
            Kill();
            Assert.Fail($"the program did not end within {Patience}{Environment.NewLine}{_output}{Environment.NewLine}{_error}");
        }

        _process.WaitForExit(); // for the last lines
        return new ProgramResult(_process.ExitCode, Text(_output), Text(_error));
    }

    /// <summary>Waits until a condition holds; fails the test where the program ends before.</summary>
    public void WaitUntil(Func<bool> condition, string what)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!condition())
        {
            bool over = _process.HasExited || Stopwatch.GetElapsedTime(begin) > Patience;
            if (over && !condition()) Assert.Fail($"the program ended or hung before {what}{Environment.NewLine}{_output}{Environment.NewLine}{_error}");
            Thread.Sleep(50);
        }
    }

    /// <summary>Whether a text was printed so far.</summary>
    public bool HasPrinted(string text) => Text(_output).Contains(text, StringComparison.Ordinal);

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Sends a signal by its name, such as INT or TERM. Not for Windows.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
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
