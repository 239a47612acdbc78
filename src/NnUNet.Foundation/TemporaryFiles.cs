using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace NnUNet.Foundation;

/// <summary>What was found of processes that ended before they could tidy up.</summary>
/// <param name="Removed">Files and folders that were removed.</param>
/// <param name="Left">Those that stay, since it cannot be known whether the process that made them is running.</param>
public sealed record Leftovers(ValueArray<string> Removed, ValueArray<string> Left)
{
    /// <summary>Nothing.</summary>
    public static Leftovers None { get; } = new([], []);

    /// <summary>A sentence about what stays, for people; null where nothing does.</summary>
    public string? Notice => Left.Count == 0 ? null : $"{string.Join(", ", Left)}: left by another process of this program, of which cannot be known here whether it is running; remove it by hand when it is not";

    /// <summary>Both together.</summary>
    public Leftovers With(Leftovers others) => new([.. Removed, .. others.Removed], [.. Left, .. others.Left]);
}

/// <summary>The names of the temporary files of this program, and the removal of those whose process has ended.</summary>
/// <remarks>
/// A process holds the lock of its temporary files as long as it has them open, and the system frees that lock however the process ends.
/// A file is left over when its lock is free and no process of its number is running. Between closing a file and renaming it the lock
/// is free too; so what is left over must be so twice, a moment apart. Drives over a network may have no locks, or locks that
/// other machines do not see: nothing is removed there.
/// </remarks>
public static partial class TemporaryFiles
{
    private const int PauseMilliseconds = 100;

    /// <summary>The name under which this thread writes a file before it gets its own.</summary>
    /// <param name="path">The file.</param>
    public static string Beside(string path) => string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.tmp");

    /// <summary>A name for a file that never gets another one.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="what">What it holds, in one word.</param>
    public static string Unique(string folder, string what) => string.Create(CultureInfo.InvariantCulture, $"{Path.Combine(folder, what)}-{Guid.NewGuid():N}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.tmp");

    /// <summary>Whether a name is one of <see cref="Beside"/> or <see cref="Unique"/>.</summary>
    public static bool IsName(string path) => Pattern().IsMatch(Path.GetFileName(path));

    /// <summary>Removes the temporary files that ended processes of this program have left in a folder.</summary>
    /// <param name="folder">The folder; nothing happens where there is none.</param>
    /// <param name="below">Whether the folders below it are looked through as well.</param>
    public static Leftovers RemoveAbandoned(string folder, bool below = false)
    {
        if (!Directory.Exists(folder)) return Leftovers.None;
        EnumerationOptions all = new() { RecurseSubdirectories = below, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        string[] candidates = [.. Directory.EnumerateFiles(folder, "*.tmp", all).Where(static f => IsName(f) && InputFile.IsOrdinary(f) && !OwnerRuns(f)).Order(StringComparer.Ordinal)];
        if (candidates.Length == 0) return Leftovers.None;
        if (IsNetworkDrive(folder)) return new Leftovers([], candidates.ToValueArray());

        string[] free = [.. candidates.Where(static f => StateOf(f) != LockState.Held)];
        Thread.Sleep(PauseMilliseconds);
        List<string> removed = [], left = [];
        foreach (string file in free)
        {
            switch (StateOf(file))
            {
                case LockState.Free when TryDelete(file):
                    removed.Add(file);
                    break;
                case LockState.Unknown:
                    left.Add(file);
                    break;
                default:
                    break; // held, or gone
            }
        }

        return new Leftovers(removed.ToValueArray(), left.ToValueArray());
    }

    /// <summary>Whether a folder lies on a drive that other machines may use as well.</summary>
    internal static bool IsNetworkDrive(string folder)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(folder)).DriveType == DriveType.Network;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return true; // not told: take no risk
        }
    }

    /// <summary>Whether a file is held, looked at with the lock that its owner would hold.</summary>
    internal static LockState StateOf(string path)
    {
        try
        {
            using FileStream? first = FileLock.Open(path, FileMode.Open);
            if (first is null) return LockState.Held;

            // Where this program does not see its own lock, it does not see another one's either.
            using FileStream? second = FileLock.Open(path, FileMode.Open);
            return second is null ? LockState.Free : LockState.Unknown;
        }
        catch (FileNotFoundException)
        {
            return LockState.Gone;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return LockState.Unknown;
        }
    }

    private static bool OwnerRuns(string file)
    {
        Match name = Pattern().Match(Path.GetFileName(file));
        if (!int.TryParse(name.Groups["process"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int id) || id == Environment.ProcessId) return false; // the lock tells
        try
        {
            using Process owner = Process.GetProcessById(id);
            return !owner.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return true; // it runs, and may not be asked
        }
    }

    private static bool TryDelete(string file)
    {
        try
        {
            File.Delete(file);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\.(?<process>[0-9]{1,10})-[0-9]{1,10}\.tmp$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}

/// <summary>What is known of a lock.</summary>
internal enum LockState
{
    /// <summary>A running process holds it.</summary>
    Held,

    /// <summary>Nobody holds it.</summary>
    Free,

    /// <summary>The drive has no locks, or the file may not be opened.</summary>
    Unknown,

    /// <summary>The file is not there any more.</summary>
    Gone,
}
