using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;

namespace NnUNet.Cli.Children;

/// <summary>A run of this program as a child process, whose reports are followed to its end.</summary>
/// <remarks>
/// The child stops at its next safe place when its standard input ends: so it is told, and so it notices that this process is
/// gone. Where this process leaves at once (a second Ctrl+C), its children are killed.
/// </remarks>
internal static class ChildProcess
{
    private const int LastWords = 5;

    private static readonly ConcurrentDictionary<Process, bool> Running = new();

    static ChildProcess() => ProcessEnd.Leaving += KillAll;

    /// <summary>Runs a child to its end.</summary>
    /// <param name="start">The program, of <see cref="OwnProgram"/>.</param>
    /// <param name="work">What it is told about its work, written as JSON in one line.</param>
    /// <param name="told">Receives each line of the child, one at a time.</param>
    /// <param name="cancel">Has the child stop at its next safe place; the method returns when it has.</param>
    /// <exception cref="DescribedException">It cannot be started.</exception>
    public static EndOfChild Run(ProcessStartInfo start, object work, Action<ChildLine> told, CancellationToken cancel)
    {
        start.StandardInputEncoding = start.StandardOutputEncoding = start.StandardErrorEncoding = new UTF8Encoding(false);
        using Process process = Started(start);
        Running[process] = true;
        try
        {
            ConcurrentQueue<string> words = new();
            Task errors = Task.Factory.StartNew(() => Collect(process.StandardError, words), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            Write(process, JsonSerializer.Serialize(work, ParentLink.Format));
            ChildEnd? end = null;
            using (cancel.Register(() => CloseInput(process)))
            {
                while (process.StandardOutput.ReadLine() is { } text)
                {
                    if (Parsed(text) is not { } line) Keep(words, text); // such as a plug-in's own printing
                    else if (line.Kind == ParentLink.End) end = line.Value.Deserialize<ChildEnd>(ParentLink.Format);
                    else told(line);
                }

                process.WaitForExit();
            }

            errors.GetAwaiter().GetResult();
            return new EndOfChild(process.ExitCode, end?.Error, string.Join(" / ", words));
        }
        finally
        {
            Running.TryRemove(process, out _);
            Kill(process);
        }
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            throw new DescribedException(start.FileName, $"this program cannot start itself for a part of the work ({e.Message.TrimEnd('.')})", "name one device, which needs no process of its own", e);
        }
    }

    private static ChildLine? Parsed(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<ChildLine>(text, ParentLink.Format) is { Kind: not null } line ? line : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Write(Process process, string line)
    {
        try
        {
            process.StandardInput.WriteLine(line);
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has died already, which its end tells.
        }
    }

    private static void CloseInput(Process process)
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It has ended meanwhile.
        }
    }

    private static void Collect(StreamReader errors, ConcurrentQueue<string> words)
    {
        while (errors.ReadLine() is { } line) Keep(words, line);
    }

    private static void Keep(ConcurrentQueue<string> words, string line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        words.Enqueue(line.Trim());
        while (words.Count > LastWords) words.TryDequeue(out _);
    }

    private static void KillAll()
    {
        foreach (Process process in Running.Keys) Kill(process);
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited) process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended meanwhile.
        }
    }
}
