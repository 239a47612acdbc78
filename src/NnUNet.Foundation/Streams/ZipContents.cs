using System.IO.Compression;

namespace NnUNet.Foundation.Streams;

/// <summary>Opens zip archives that nobody vouches for: whatever is wrong with their table of contents is told in one kind of error.</summary>
public static class ZipContents
{
    /// <summary>Opens an archive and checks the sizes that its table of contents promises.</summary>
    /// <param name="stream">The file; stays open when this fails.</param>
    /// <exception cref="InvalidDataException">The table is damaged, its sizes are not possible, or entries share their bytes, which could expand without limit.</exception>
    public static ZipArchive Open(Stream stream)
    {
        try
        {
            ZipArchive archive = new(stream, ZipArchiveMode.Read);
            CheckSizes(archive, stream.Length);
            return archive;
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or IOException or NotSupportedException)
        {
            // Offsets and sizes that lead beyond the file come out as arguments out of range.
            throw new InvalidDataException("its table of contents leads beyond the file", e);
        }
    }

    private static void CheckSizes(ZipArchive archive, long fileLength)
    {
        Int128 packed = 0;
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            if (entry.CompressedLength < 0 || entry.Length < 0) throw new InvalidDataException($"{entry.FullName} has a size that is not possible");
            packed += entry.CompressedLength;
        }

        if (packed > fileLength) throw new InvalidDataException($"its entries need more bytes than the file has: {packed} of {fileLength}");
    }
}
