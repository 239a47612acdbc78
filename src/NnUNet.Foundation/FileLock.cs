using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace NnUNet.Foundation;

/// <summary>A file that one owner at a time holds; the system frees it however that owner's process ends.</summary>
/// <remarks>
/// It holds between processes of this program on one machine, and over network drives that support locks. Who holds it is written in a
/// text file beside it, since a held file cannot be read.
/// </remarks>
public sealed class FileLock : IDisposable
{
    private const int Attempts = 5;
    private const int PauseMilliseconds = 40;
    private const int WindowsSharingViolation = 32;
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    private readonly string _path;
    private readonly FileStream _stream;

    private FileLock(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
    }

    /// <summary>Takes the lock.</summary>
    /// <param name="path">The file; made with its folder, and removed at the end.</param>
    /// <param name="held">The lock; dispose it to give it back.</param>
    /// <returns>False where somebody holds it.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be made.</exception>
    public static bool TryTake(string path, [NotNullWhen(true)] out FileLock? held)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            // Another process may be reading who holds it, which locks the file for a moment.
            if (attempt > 1) Thread.Sleep(PauseMilliseconds);
            if (Open(path, FileMode.OpenOrCreate) is not { } stream) continue;

            // The last owner may have removed the file after it was opened here: then this one guards nothing.
            if (File.Exists(path))
            {
                held = new FileLock(path, stream);
                AtomicFile.WriteText(OwnerPath(path), string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"));
                return true;
            }

            stream.Dispose();
        }

        held = null;
        return false;
    }

    /// <summary>Who holds a lock, such as <c>process 4711 on ward3</c>; null where nobody does.</summary>
    public static string? OwnerOf(string path)
    {
        try
        {
            if (!File.Exists(path)) return null;
            using FileStream? stream = Open(path, FileMode.Open);
            if (stream is not null) return null;
            return File.Exists(OwnerPath(path)) ? File.ReadAllText(OwnerPath(path)) : "another process";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // given back, or removed, while it was looked at
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose()
    {
        File.Delete(OwnerPath(_path));

        // Windows removes no open file; elsewhere it must go as long as it is held, or the next owner's would go.
        if (!OperatingSystem.IsWindows()) File.Delete(_path);
        _stream.Dispose();
        if (OperatingSystem.IsWindows()) RemoveUnlessHeld(_path);
    }

    /// <summary>Whether the last that held a lock was a process of this machine.</summary>
    internal static bool IsOfThisMachine(string path)
    {
        try
        {
            return File.ReadAllText(OwnerPath(path)).EndsWith(" on " + Environment.MachineName, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string OwnerPath(string path) => path + ".txt";

    /// <summary>Opens a file so that nobody else can; null where somebody has it open.</summary>
    internal static FileStream? Open(string path, FileMode mode)
    {
        try
        {
            return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when ((e.HResult & 0xFFFF) == (OperatingSystem.IsWindows() ? WindowsSharingViolation : OperatingSystem.IsMacOS() ? MacWouldBlock : LinuxWouldBlock))
        {
            return null;
        }
    }

    private static void RemoveUnlessHeld(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next owner has it already.
        }
    }
}
