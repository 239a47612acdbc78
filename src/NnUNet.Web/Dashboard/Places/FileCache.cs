using System.Collections.Concurrent;
using NnUNet.Foundation;

namespace NnUNet.Web.Dashboard.Places;

/// <summary>What files hold, read once and again when they have changed. Safe for several threads.</summary>
/// <param name="read">Reads a file: its path, and its name for messages.</param>
internal sealed class FileCache<T>(Func<string, string, T> read)
    where T : class
{
    /// <summary>More is forgotten: a workspace of years has thousands of folds.</summary>
    private const int Most = 4000;

    private readonly ConcurrentDictionary<string, Entry> _known = new(StringComparer.Ordinal);

    /// <summary>What a file holds, or what is wrong with it; neither where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What it is called in messages.</param>
    public FileContent<T> Get(string path, string name)
    {
        FileInfo file;
        (long Bytes, DateTime Changed) mark;
        try
        {
            file = Stamp.Target(path);
            if (!file.Exists) return default;
            mark = (file.Length, file.LastWriteTimeUtc);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FileContent<T>(null, $"{name}: it cannot be read ({e.Message.TrimEnd('.')}).");
        }

        if (_known.TryGetValue(path, out Entry? entry) && entry.Mark == mark) return entry.Content;
        FileContent<T> content = Read(path, name);
        if (_known.Count >= Most) _known.Clear();
        _known[path] = new Entry(mark, content);
        return content;
    }

    private FileContent<T> Read(string path, string name)
    {
        try
        {
            return new FileContent<T>(read(path, name), null);
        }
        catch (DescribedException e)
        {
            return new FileContent<T>(null, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FileContent<T>(null, $"{name}: it cannot be read ({e.Message.TrimEnd('.')}).");
        }
    }

    private sealed record Entry((long Bytes, DateTime Changed) Mark, FileContent<T> Content);
}

/// <summary>What a file holds.</summary>
/// <param name="Value">Its content; null where there is none, or it is wrong.</param>
/// <param name="Fault">What is wrong with it; null where nothing is.</param>
internal readonly record struct FileContent<T>(T? Value, string? Fault)
    where T : class;
