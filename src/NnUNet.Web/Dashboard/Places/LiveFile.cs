using System.Text;
using NnUNet.Foundation;

namespace NnUNet.Web.Dashboard.Places;

/// <summary>Reads files that others may be writing, replacing or removing, without ever holding them up.</summary>
internal static class LiveFile
{
    /// <summary>A text that is larger is not read: no file of a workspace that the pages show has so much.</summary>
    public const long MostBytes = 512L << 20;

    private const int TailBytes = 1 << 16;
    private const int BufferBytes = 1 << 16;

    /// <summary>Opens a file; whoever writes it may go on, and may replace it.</summary>
    /// <exception cref="FileFormatException">It is no ordinary file.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream Open(string path)
    {
        InputFile.Check(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferBytes);
    }

    /// <summary>Reads a whole text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <exception cref="DescribedException">It is missing, too large, or cannot be read.</exception>
    public static string ReadText(string path, string name)
    {
        try
        {
            using FileStream stream = Open(path);
            if (stream.Length > MostBytes) throw new DescribedException(name, $"it has {stream.Length} bytes, which is too much for this page", "look at it by other means");
            using StreamReader reader = new(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DescribedException(name, $"it cannot be read ({e.Message.TrimEnd('.')})", "check that it exists and may be read", e);
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <inheritdoc cref="ReadText"/>
    public static byte[] ReadBytes(string path, string name)
    {
        try
        {
            using FileStream stream = Open(path);
            if (stream.Length > MostBytes) throw new DescribedException(name, $"it has {stream.Length} bytes, which is too much for this page", "look at it by other means");
            byte[] bytes = new byte[stream.Length];
            return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DescribedException(name, $"it cannot be read ({e.Message.TrimEnd('.')})", "check that it exists and may be read", e);
        }
    }

    /// <summary>The last lines of a text; none where it cannot be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lines">How many at most.</param>
    public static IReadOnlyList<string> Tail(string path, int lines)
    {
        try
        {
            using FileStream stream = Open(path);
            bool isCut = stream.Length > TailBytes;
            if (isCut) stream.Seek(-TailBytes, SeekOrigin.End);
            using StreamReader reader = new(stream, Encoding.UTF8);
            string[] all = reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
            return [.. (isCut ? all.Skip(1) : all).TakeLast(lines)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FileFormatException)
        {
            return [];
        }
    }
}
