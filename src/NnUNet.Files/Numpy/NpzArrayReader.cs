using System.Buffers;
using System.IO.Compression;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Files.Numpy;

/// <summary>One array of an npz file, read from its first number to its last, some at a time: the array is never in memory as a whole.</summary>
/// <remarks>Not safe for several threads.</remarks>
public sealed class NpzArrayReader : IDisposable
{
    private readonly string _where;
    private readonly ZipArchive _archive;
    private readonly Stream _numbers;
    private readonly NpyHeader _header;
    private long _read;

    private NpzArrayReader(string where, ZipArchive archive, Stream numbers, NpyHeader header) =>
        (_where, _archive, _numbers, _header) = (where, archive, numbers, header);

    /// <summary>Length of each axis, slowest first.</summary>
    public IReadOnlyList<long> Shape => _header.Shape.ToArray();

    /// <summary>numpy's type string, such as <c>&lt;f2</c>.</summary>
    public string DType => _header.DType;

    /// <summary>Whether the file stores float16.</summary>
    public bool IsHalf => _header.Kind == NumberKind.Float16;

    /// <summary>Opens one array of a file.</summary>
    /// <param name="path">The npz file.</param>
    /// <param name="name">The array's name, without <c>.npy</c>.</param>
    /// <exception cref="FileFormatException">The file is no zip archive, or has no such array, or one in Fortran order.</exception>
    public static NpzArrayReader Open(string path, string name)
    {
        string where = $"{path}: {name}";
        FileStream file = NpyFile.Open(path);
        ZipArchive? archive = null;
        try
        {
            archive = ZipContents.Open(file);
            ZipArchiveEntry entry = archive.GetEntry(name + ".npy") ?? throw new FileFormatException(
                where, $"there is no such array (there are {string.Join(", ", archive.Entries.Take(10).Select(static e => e.FullName))})", "give the file that was meant");
            Stream numbers = entry.Open();
            NpyHeader header = NpyHeaderFormat.Read(where, numbers);
            return header.FortranOrder && header.Shape.Count(static n => n > 1) > 1
                ? throw new FileFormatException(where, "it is in Fortran order and cannot be read in parts", "save it in C order")
                : new NpzArrayReader(where, archive, numbers, header);
        }
        catch (Exception e)
        {
            archive?.Dispose();
            file.Dispose();
            if (e is InvalidDataException or IOException or NotSupportedException) throw Damaged(path, e);
            throw;
        }
    }

    /// <summary>Reads the next numbers, whatever their type.</summary>
    /// <param name="into">Receives as many as it is long.</param>
    /// <exception cref="FileFormatException">The file ends before, or is damaged.</exception>
    public void Read(Span<float> into)
    {
        if (_read + into.Length > _header.Count) throw new ArgumentOutOfRangeException(nameof(into), $"{_where} has {_header.Count} numbers");

        const int Most = 1 << 16;
        int size = _header.Kind.Size();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Min(Most, Math.Max(1, into.Length)) * size);
        try
        {
            for (int done = 0; done < into.Length; done += Most)
            {
                Span<float> part = into.Slice(done, Math.Min(Most, into.Length - done));
                Span<byte> raw = buffer.AsSpan(0, part.Length * size);
                int got = _numbers.ReadAtLeast(raw, raw.Length, throwOnEndOfStream: false);
                if (got < raw.Length) throw NpyReader.CutOff(_where, _header, ((_read + done) * size) + got);
                if (_header.Swapped) NumberKinds.Swap(raw, size);
                NumberKinds.Convert(raw, _header.Kind, part);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Damaged(_where, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _read += into.Length;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _numbers.Dispose();
        _archive.Dispose();
    }

    private static FileFormatException Damaged(string where, Exception e) =>
        new(where, $"the zip archive is damaged ({e.Message.TrimEnd('.')})", "the file is cut off or damaged; copy or make it again", e);
}
