using System.Diagnostics;
using System.Globalization;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>The processes that a program has started, as Linux tells them in <c>/proc</c>.</summary>
internal static class ProcessesBelow
{
    /// <summary>The children of a program that run a command.</summary>
    public static int[] Of(ChildProgram program, string command)
    {
        string tasks = string.Create(CultureInfo.InvariantCulture, $"/proc/{program.Id}/task");
        string[] children = Directory.Exists(tasks) ? [.. Directory.GetDirectories(tasks).SelectMany(static task => Text(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))] : [];
        return [.. children.Select(static id => int.Parse(id, CultureInfo.InvariantCulture)).Where(id => Arguments(id).Contains(command))];
    }

    /// <summary>The command line of a process; none where it has ended.</summary>
    public static string[] Arguments(int process) => Text(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/cmdline")).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>SIGKILL.</summary>
    public static void Kill(int id)
    {
        using Process process = Process.GetProcessById(id);
        process.Kill();
    }

    /// <summary>Waits for the end of a process; false where that takes too long.</summary>
    public static bool Ends(int process)
    {
        long begin = Stopwatch.GetTimestamp();
        while (Arguments(process).Length > 0)
        {
            if (Stopwatch.GetElapsedTime(begin) > ChildProgram.Patience) return false;
            Thread.Sleep(50);
        }

        return true;
    }

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return ""; // the process has ended
        }
    }
}
