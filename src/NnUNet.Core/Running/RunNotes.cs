using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using NnUNet.Foundation;

namespace NnUNet.Core.Running;

/// <summary>The notes of the commands that run on a workspace: one file each in <c>RESULTS/running</c>.</summary>
/// <remarks>
/// A command removes its note at its end. One that was killed cannot: on its own machine it is known by its process, which is gone or began
/// after the note; of other machines by the time since its last word.
/// </remarks>
internal static partial class RunNotes
{
    /// <summary>The folder of the notes in that of the results.</summary>
    public const string FolderName = "running";

    /// <summary>From this time on without a word, a command of another machine counts as gone.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    /// <summary>A process that began this much after its note is another one with the same number.</summary>
    private static readonly TimeSpan ClockPrecision = TimeSpan.FromSeconds(5);

    /// <summary>A note has a few hundred bytes; what is larger is none.</summary>
    private const int MostBytes = 1 << 16;

    /// <summary>The notes of commands that run now, in the order of their beginnings; what cannot be read is left out.</summary>
    /// <param name="results">The folder of the results.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<RunNote> In(string results, DateTimeOffset now) =>
        [.. Files(results).Select(Read).OfType<RunNote>().Where(note => IsAlive(note, now)).OrderBy(static n => n.Started).ThenBy(static n => n.Process)];

    /// <summary>Whether the command of a note runs, as far as it can be known here.</summary>
    /// <param name="note">The note.</param>
    /// <param name="now">The time.</param>
    public static bool IsAlive(RunNote note, DateTimeOffset now) =>
        note.Host == Environment.MachineName ? Runs(note) : now - note.Updated < LongestSilence;

    /// <summary>The file of a process of this machine.</summary>
    internal static string FileOf(string results, int process) =>
        Path.Combine(results, FolderName, string.Create(CultureInfo.InvariantCulture, $"{Unsafe().Replace(Environment.MachineName, "_")}-{process}.json"));

    /// <summary>Removes the notes that killed commands of this machine have left.</summary>
    internal static void RemoveDead(string results, DateTimeOffset now)
    {
        foreach (string file in Files(results))
        {
            if (Read(file) is { } note && note.Host == Environment.MachineName && !IsAlive(note, now)) File.Delete(file);
        }
    }

    private static IReadOnlyList<string> Files(string results)
    {
        try
        {
            return VisibleFiles.In(Path.Combine(results, FolderName), "*.json");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static RunNote? Read(string file)
    {
        try
        {
            FileInfo info = new(file);
            if (!info.Exists || info.Length > MostBytes) return null;
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using StreamReader reader = new(stream);
            return ProductJson.Parse<RunNote>(file, reader.ReadToEnd());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DescribedException)
        {
            return null; // removed or replaced meanwhile, or no note
        }
    }

    private static bool Runs(RunNote note)
    {
        try
        {
            using Process process = Process.GetProcessById(note.Process);
            return process.StartTime.ToUniversalTime() <= note.Started.UtcDateTime + ClockPrecision;
        }
        catch (ArgumentException)
        {
            return false; // no such process
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or NotSupportedException)
        {
            return e is not InvalidOperationException; // ended meanwhile; of others the system does not tell when they began
        }
    }

    [GeneratedRegex("[^A-Za-z0-9_.-]", RegexOptions.CultureInvariant)]
    private static partial Regex Unsafe();
}
