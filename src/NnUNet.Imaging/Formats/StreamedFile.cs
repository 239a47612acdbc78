using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats;

/// <summary>Images in streams: what a format that knows files only reads and writes by way of a temporary folder, and bytes that can be sought.</summary>
internal static class StreamedFile
{
    /// <summary>Reads bytes as the only file of a folder.</summary>
    /// <param name="format">The format, whose first ending the file gets.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="name">What the image is called in errors.</param>
    /// <param name="read">Reads the file.</param>
    public static T Read<T>(ImageFormat format, Stream content, string name, Func<string, T> read) => InFolder(folder =>
    {
        string ending = format.Endings.Where(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase)).MaxBy(static e => e.Length) ?? format.Endings[0];
        string path = Path.Combine(folder, "image" + ending);
        using (FileStream file = new(path, FileMode.CreateNew, FileAccess.Write)) content.CopyTo(file);
        try
        {
            return read(path);
        }
        catch (DescribedException e) when (e.Where.StartsWith(path, StringComparison.Ordinal))
        {
            throw new FileFormatException(name + e.Where[path.Length..], e.What, e.Remedy, e);
        }
    });

    /// <summary>Writes what a file would hold.</summary>
    /// <param name="content">Gets the bytes.</param>
    /// <param name="ending">The file's ending.</param>
    /// <param name="write">Writes the file.</param>
    /// <exception cref="FileFormatException">There are several files.</exception>
    public static void Write(Stream content, string ending, Action<string> write) => InFolder(folder =>
    {
        string path = Path.Combine(folder, "image" + ending);
        write(path);
        string[] files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        if (files.Length > 1) throw new FileFormatException(ending, $"an image of this format has {files.Length} files, and a stream is one", "write it to a path, or choose another format");
        using FileStream file = new(path, FileMode.Open, FileAccess.Read);
        file.CopyTo(content);
        return true;
    });

    /// <summary>The rest of a stream as one that can seek and stands at its first byte: itself, or a copy in memory.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What the image is called in errors.</param>
    /// <exception cref="FileFormatException">It cannot be sought and is larger than what memory takes in one piece.</exception>
    /// <exception cref="DescribedException">It cannot be sought and is larger than <see cref="MemoryLimit"/> allows.</exception>
    public static Stream Seekable(Stream stream, string name)
    {
        if (stream.CanSeek && stream.Position == 0) return new LeftOpen(stream);

        MemoryStream copy = new();
        byte[] buffer = new byte[1 << 16];
        for (int got = stream.Read(buffer); got > 0; got = stream.Read(buffer))
        {
            MemoryLimit.Check(name, copy.Length + got, "the stream, which cannot be sought,");
            if (copy.Length + got > Array.MaxLength) throw new FileFormatException(name, $"the stream has more than {Array.MaxLength} bytes and cannot be sought", "write it into a file, and read that");
            copy.Write(buffer.AsSpan(0, got));
        }

        copy.Position = 0;
        return new LeftOpen(copy); // read more than once, and nothing but memory
    }

    private static T InFolder<T>(Func<string, T> work)
    {
        string folder = Directory.CreateTempSubdirectory("nnunet-image-").FullName; // for this user only
        try
        {
            return work(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A stream that its reader may dispose: it stays open for whoever has given it.</summary>
    private sealed class LeftOpen(Stream stream) : Stream
    {
        public override bool CanRead => stream.CanRead;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => stream.Length;

        public override long Position
        {
            get => stream.Position;
            set => stream.Position = value;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => stream.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => stream.Read(buffer);

        public override long Seek(long offset, SeekOrigin origin) => stream.Seek(offset, origin);

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
