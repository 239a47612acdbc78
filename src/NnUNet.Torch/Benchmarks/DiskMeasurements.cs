using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NnUNet.Foundation;

namespace NnUNet.Torch.Benchmarks;

/// <summary>How fast the disk of a folder is, with a temporary file that is removed again.</summary>
internal sealed partial class DiskMeasurements(MachineBenchmarkOptions options, Repetitions repetitions)
{
    private const int BlockBytes = 1 << 20;
    private const int DontNeed = 4; // POSIX_FADV_DONTNEED on Linux

    private readonly byte[] _block = new byte[BlockBytes];

    private int Blocks => options.Tiny ? 1 : 128;

    /// <summary>Writing, flushed to the disk, and reading, where the system lets us not from its memory.</summary>
    public IEnumerable<MachineFigure> Measure()
    {
        string folder = Existing(options.Folder);
        TemporaryFiles.RemoveAbandoned(folder);
        string file = TemporaryFiles.Unique(folder, "nnunet-benchmark");
        for (int i = 0; i < _block.Length; i++) _block[i] = (byte)(i * 31);
        long bytes = (long)Blocks * BlockBytes;
        try
        {
            MachineFigure write = repetitions.Measure(FigureKeys.DiskWrite, "writing to the disk of the preprocessed data", () => Write(file), bytes);
            MachineFigure read = repetitions.Measure(FigureKeys.DiskRead, OperatingSystem.IsLinux() ? "reading from it" : "reading from it (or the system's memory)", () => Read(file), bytes);
            return [write, read];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Existing(string folder)
    {
        string existing = Path.GetFullPath(folder);
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent) existing = parent;
        return existing;
    }

    private void Write(string file)
    {
        using SafeFileHandle handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write);
        for (int i = 0; i < Blocks; i++) RandomAccess.Write(handle, _block, (long)i * BlockBytes);
        RandomAccess.FlushToDisk(handle);
    }

    private void Read(string file)
    {
        using SafeFileHandle handle = File.OpenHandle(file);
        // Otherwise the system gives what it kept in memory from the writing.
        if (OperatingSystem.IsLinux()) _ = Advise(handle, 0, 0, DontNeed);
        for (int i = 0; i < Blocks; i++) RandomAccess.Read(handle, _block, (long)i * BlockBytes);
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(SafeFileHandle handle, long offset, long length, int advice);
}
