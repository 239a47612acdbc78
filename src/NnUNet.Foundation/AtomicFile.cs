using System.Text;

namespace NnUNet.Foundation;

/// <summary>Writes files under a temporary name, flushes and renames them: a crash leaves the old file or the new one, never half of one.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file through a stream. Creates the folder where it is missing.</summary>
    /// <param name="path">The file that is replaced at the end.</param>
    /// <param name="write">Writes the content; when it throws, the old file stays and the temporary one is removed.</param>
    /// <exception cref="IOException">The file cannot be written; what was there stays.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written.</exception>
    public static void Write(string path, Action<Stream> write) => Replace(path, temporary =>
    {
        using FileStream stream = new(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        write(stream);
        stream.Flush(flushToDisk: true);
    });

    /// <summary>Copies a file with its time of last change, through a temporary name in the same folder. A link is followed: its target is copied.</summary>
    /// <param name="from">The file.</param>
    /// <param name="to">Gets its content; its folder is made where it is missing.</param>
    /// <exception cref="IOException">A file cannot be read or written; what was there stays.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read or written.</exception>
    public static void Copy(string from, string to)
    {
        FileInfo source = Stamp.Target(from);
        InputFile.Check(source.FullName);
        Replace(to, temporary =>
        {
            File.Copy(source.FullName, temporary, overwrite: true);
            File.SetLastWriteTimeUtc(temporary, source.LastWriteTimeUtc);
        });
    }

    /// <summary>Writes a text file in UTF-8 without a byte order mark.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static void Replace(string path, Action<string> make)
    {
        string full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        string temporary = TemporaryFiles.Beside(full);
        try
        {
            make(temporary);
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e)
        {
            File.Delete(temporary);
            if (FileTooLarge.IsCauseOf(e)) throw new DescribedException(full, FileTooLarge.What, FileTooLarge.Remedy, e);
            throw;
        }
    }
}
