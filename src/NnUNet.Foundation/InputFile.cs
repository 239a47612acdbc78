using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NnUNet.Foundation;

/// <summary>Opens the files that people name: what is no ordinary file is refused before it is opened, since opening a pipe may wait without end.</summary>
public static partial class InputFile
{
    private const int BufferBytes = 1 << 16;

    // Of statx (Linux) and stat (macOS): the kind in the upper bits of the mode, and where the mode lies in the answer.
    private const int KindMask = 0xF000;
    private const int AnswerBytes = 512;
    private const int LinuxModeOffset = 28;
    private const int MacModeOffset = 4;
    private const int LinuxCurrentFolder = -100;
    private const uint LinuxKindOnly = 1;

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <param name="bufferSize">Bytes that are read ahead.</param>
    /// <param name="options">How the file will be read.</param>
    /// <exception cref="FileFormatException">It is a folder, a pipe, a socket or a device.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream Open(string path, int bufferSize = BufferBytes, FileOptions options = FileOptions.None)
    {
        Check(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize, options);
    }

    /// <summary>Opens a file for reading at any place.</summary>
    /// <inheritdoc cref="Open(string, int, FileOptions)"/>
    public static SafeFileHandle OpenHandle(string path)
    {
        Check(path);
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
    }

    /// <summary>Reads a whole text file.</summary>
    /// <inheritdoc cref="Open(string, int, FileOptions)"/>
    public static string ReadText(string path)
    {
        Check(path);
        return File.ReadAllText(path);
    }

    /// <summary>Reads all lines of a text file.</summary>
    /// <inheritdoc cref="Open(string, int, FileOptions)"/>
    public static string[] ReadLines(string path)
    {
        Check(path);
        return File.ReadAllLines(path);
    }

    /// <summary>Reads a whole file.</summary>
    /// <inheritdoc cref="Open(string, int, FileOptions)"/>
    public static byte[] ReadBytes(string path)
    {
        Check(path);
        return File.ReadAllBytes(path);
    }

    /// <summary>Refuses what is no ordinary file; says nothing about a file that is missing.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <exception cref="FileFormatException">It is a folder, a pipe, a socket or a device.</exception>
    public static void Check(string path)
    {
        if (Directory.Exists(path)) throw new FileFormatException(path, "this is a folder, not a file", "name a file");
        if (OtherKind(path) is { } kind) throw new FileFormatException(path, $"this is {kind}, not an ordinary file", "write its content into a file, and name that");
    }

    /// <summary>Whether a file is neither a pipe nor a socket nor a device, as far as the system tells.</summary>
    /// <param name="path">The file; links are followed.</param>
    internal static bool IsOrdinary(string path) => OtherKind(path) is null;

    /// <summary>What it is where it is no ordinary file; null for one, for a folder, and where the system does not tell.</summary>
    private static string? OtherKind(string path)
    {
        if (OperatingSystem.IsWindows()) return path.StartsWith(@"\\.\", StringComparison.Ordinal) ? "a device or a pipe" : null;
        return (Mode(path) & KindMask) switch
        {
            0x1000 => "a pipe",
            0xC000 => "a socket",
            0x2000 or 0x6000 => "a device",
            _ => null,
        };
    }

    /// <summary>.NET does not tell pipes from files before it opens them, and waits then for somebody who writes.</summary>
    private static unsafe int Mode(string path)
    {
        byte* answer = stackalloc byte[AnswerBytes];
        try
        {
            if (OperatingSystem.IsLinux()) return Statx(LinuxCurrentFolder, path, 0, LinuxKindOnly, answer) == 0 ? *(ushort*)(answer + LinuxModeOffset) : 0;
            if (!OperatingSystem.IsMacOS()) return 0;
            int failed = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? MacIntelStat(path, answer) : MacStat(path, answer);
            return failed == 0 ? *(ushort*)(answer + MacModeOffset) : 0;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return 0; // a C library without this call
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* answer);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int MacStat(string path, byte* answer);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int MacIntelStat(string path, byte* answer);
}
