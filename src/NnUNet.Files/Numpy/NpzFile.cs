using System.IO.Compression;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Files.Numpy;

/// <summary>Reads and writes numpy's <c>.npz</c> files: zip archives of npy arrays.</summary>
public static class NpzFile
{
    // A fixed time keeps the bytes equal from run to run; it is the earliest that zip can say.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads all arrays; keys are numpy's, without <c>.npy</c>.</summary>
    /// <exception cref="FileFormatException">The file is no zip archive of npy arrays, or is damaged.</exception>
    public static IReadOnlyDictionary<string, NpyArray> Read(string path)
    {
        Dictionary<string, NpyArray> arrays = new(StringComparer.Ordinal);
        InArchive(path, archive =>
        {
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                string where = $"{path}: {entry.FullName}";
                using Stream stream = entry.Open();
                if (!arrays.TryAdd(KeyOf(entry), NpyReader.Read(where, stream, entry.CompressedLength, Math.Min(entry.Length, (entry.CompressedLength + 1) * Deflate.LargestRatio))))
                {
                    throw new FileFormatException(where, "the name stands twice", "make the file again");
                }
            }
        });
        return arrays;
    }

    /// <summary>The keys of a file's arrays, in its order; nothing of the arrays is read.</summary>
    /// <exception cref="FileFormatException">The file is no zip archive, or is damaged.</exception>
    public static IReadOnlyList<string> Keys(string path)
    {
        List<string> keys = [];
        InArchive(path, archive => keys.AddRange(archive.Entries.Select(KeyOf)));
        return keys;
    }

    private static string KeyOf(ZipArchiveEntry entry) => entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName;

    private static void InArchive(string path, Action<ZipArchive> read)
    {
        using FileStream file = NpyFile.Open(path);
        try
        {
            using ZipArchive archive = ZipContents.Open(file);
            read(archive);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            throw new FileFormatException(path, $"the zip archive is damaged ({e.Message.TrimEnd('.')})", "the file is cut off or damaged; copy or make it again", e);
        }
    }

    /// <summary>Writes arrays in the order given; the same arrays give the same bytes.</summary>
    /// <exception cref="ArgumentException">A name stands twice or is empty.</exception>
    public static void Write(string path, IReadOnlyList<NpzEntry> entries, bool compress = true)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (NpzEntry entry in entries)
        {
            if (entry.Name.Length == 0 || !names.Add(entry.Name)) throw new ArgumentException($"the name \"{entry.Name}\" is empty or stands twice", nameof(entries));
        }

        AtomicFile.Write(path, file =>
        {
            using ZipArchive archive = new(file, ZipArchiveMode.Create, leaveOpen: true);
            foreach (NpzEntry entry in entries)
            {
                ZipArchiveEntry created = archive.CreateEntry(entry.Name + ".npy", compress ? CompressionLevel.Fastest : CompressionLevel.NoCompression);
                created.LastWriteTime = NoTime;
                using Stream stream = created.Open();
                stream.Write(entry.Head);
                entry.WriteNumbers(stream);
            }
        });
    }
}
