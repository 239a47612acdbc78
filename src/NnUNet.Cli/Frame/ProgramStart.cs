using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace NnUNet.Cli.Frame;

/// <summary>
/// The start of the program in whatever surroundings: with standard streams that are closed, few open files allowed, files
/// limited in size. Names nothing but the core library before it has looked at them, since loading an assembly takes a file.
/// </summary>
internal static partial class ProgramStart
{
    /// <summary>Open files that the program asks for. <c>nnunet doctor</c>, which loads libtorch, fails with 60 and works with 80.</summary>
    public const int LeastOpenFiles = 96;

    private const int ErrorStream = 2;
    private const int FileSizeSignal = 25; // SIGXFSZ on Linux (x86, ARM) and macOS
    private const nint Ignore = 1; // SIG_IGN
    private const int GetFlags = 1; // F_GETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC
    private const int ReadAndWrite = 2; // O_RDWR

    /// <summary>Bit n is set where stream n (0 input, 1 output, 2 error) was closed when the program began.</summary>
    private static int _closed;

    /// <summary>Whether the standard output was closed when the program began.</summary>
    public static bool OutputIsClosed => (_closed & 0b010) != 0;

    /// <summary>Whether the standard error was closed when the program began.</summary>
    public static bool ErrorIsClosed => (_closed & 0b100) != 0;

    /// <summary>Runs the program; whatever happens becomes a sentence and an exit code.</summary>
    /// <param name="args">The command line.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                if (OpenFilesAllowed() is var allowed && allowed < (ulong)LeastOpenFiles)
                {
                    LastWord($"only {allowed} files may be open at a time here, but nnunet needs {LeastOpenFiles} or more; raise the limit (ulimit -n 1024) and repeat the command.");
                    return CommandLine.Failed;
                }

                NoteClosedStreams();
                _ = SetSignal(FileSizeSignal, Ignore); // a file that grows too large is an error then, not the end of the process
            }

            return Program(args);
        }
#pragma warning disable CA1031 // nothing is around this
        catch (Exception e)
#pragma warning restore CA1031
        {
            LastWord(e is FileNotFoundException or FileLoadException or TypeInitializationException
                ? $"a part of the program cannot be loaded ({e.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}); install it again, or allow more open files (ulimit -n 1024)."
                : $"internal error: {e.Message}; please report it.");
            return CommandLine.Failed;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // what it names is loaded only when it is called
    private static int Program(string[] args) => ProgramEnd.Leave(CommandLine.Run(args, Terminal.System()));

    /// <summary>
    /// Finds the streams that are closed and puts the null device there: else the next file that is opened would get the
    /// number, and be written into by whoever prints. The runtime's own files close on exec, those that are inherited do not.
    /// </summary>
    private static void NoteClosedStreams()
    {
        for (int stream = 0; stream <= ErrorStream; stream++)
        {
            int flags = FileFlags(stream, GetFlags);
            if (flags < 0 || (flags & CloseOnExec) != 0) _closed |= 1 << stream;
        }

        if (_closed == 0) return;
        for (int opened = 0; opened is >= 0 and <= ErrorStream;)
        {
            opened = Open("/dev/null", ReadAndWrite);
            if (opened > ErrorStream) _ = Close(opened);
        }
    }

    private static ulong OpenFilesAllowed() =>
        GetLimit(OperatingSystem.IsMacOS() ? 8 : 7, out Limits limits) == 0 ? limits.Current : ulong.MaxValue; // RLIMIT_NOFILE

    /// <summary>Writes to the standard error without the console's assembly, which may be what cannot be loaded.</summary>
    private static void LastWord(string text)
    {
        try
        {
            if (ErrorIsClosed) return;
            using FileStream stream = new(new SafeFileHandle(ErrorStream, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            stream.Write(Encoding.UTF8.GetBytes($"nnunet: {text}\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // nobody can be told
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetLimit(int resource, out Limits limits);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileFlags(int file, int command);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SetSignal(int signal, nint handler);

    /// <summary>The limits of a resource, as the system gives them.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Limits
    {
        public readonly ulong Current;

        public readonly ulong Largest;
    }
}
