using System.IO.Compression;
using System.Text;
using NnUNet.Files.Pickle;
using NnUNet.Foundation.Streams;

namespace NnUNet.Files.PyTorch;

/// <summary>The zip format of <c>torch.save</c>: <c>ROOT/data.pkl</c>, <c>ROOT/data/KEY</c> for each storage, <c>ROOT/byteorder</c>.</summary>
internal sealed class TorchZipFile : TorchFile
{
    private const string Damaged = "the file is cut off or damaged; copy it again";
    private const string PickleName = "data.pkl";

    private readonly ZipArchive _archive;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoragePart> _storages = new(StringComparer.Ordinal);
    private readonly HashSet<string> _checked = new(StringComparer.Ordinal);
    private readonly string _root;
    private readonly bool _swapped;

    /// <summary>Reads everything but the numbers; takes the stream over when it succeeds.</summary>
    public TorchZipFile(string path, FileStream stream)
        : base(path)
    {
        try
        {
            _archive = ZipContents.Open(stream);
            ZipArchiveEntry pickle = _archive.Entries.FirstOrDefault(static e => e.FullName.EndsWith("/" + PickleName, StringComparison.Ordinal) && e.FullName.IndexOf('/', StringComparison.Ordinal) == e.FullName.LastIndexOf('/'))
                ?? throw new TorchFileException(path, $"the zip archive has no {PickleName} in its one folder", "this is no file of torch.save; a zip of a model is installed, not opened");
            _root = pickle.FullName[..^PickleName.Length];
            if (_archive.GetEntry(_root + "constants.pkl") is not null) throw new TorchFileException(path, "this is a TorchScript program", "only saved weights are read; save the state dict");
            _swapped = IsBigEndian() == BitConverter.IsLittleEndian;
            using CheckedZipStream content = new(pickle);
            Content = PickleFile.Read(content, $"{path}: {pickle.FullName}", TorchPickle.Options(path, Storage));
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            throw Fault(path, e);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _archive.Dispose();

    private static TorchFileException Fault(string path, Exception e) => new(path, $"the zip archive is damaged ({e.Message.TrimEnd('.')})", Damaged, e);

    private bool IsBigEndian()
    {
        if (_archive.GetEntry(_root + "byteorder") is not { } entry) return false;
        using Stream stream = entry.Open();
        byte[] text = new byte[8];
        string order = Encoding.ASCII.GetString(text, 0, stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false));
        return order switch
        {
            "little" => false,
            "big" => true,
            _ => throw new TorchFileException(Path, $"the byte order \"{order}\" is not known", Damaged),
        };
    }

    private StoragePart Storage(PickleTuple id)
    {
        (TorchDType type, string key, long count) = TorchPickle.Storage(id);
        if (_storages.TryGetValue(key, out StoragePart? known))
        {
            return known.Storage.Type == type && known.Count == count
                ? known
                : throw new InvalidDataException($"storage \"{key}\" is once of {known.Count} {known.Storage.Type}, once of {count} {type}");
        }

        ZipArchiveEntry entry = _archive.GetEntry($"{_root}data/{key}") ?? throw new InvalidDataException($"storage \"{key}\" is not in the archive");
        long there = Math.Min(entry.Length, (entry.CompressedLength + 1) * Deflate.LargestRatio);
        if (count * type.Size > there) throw new InvalidDataException($"storage \"{key}\" of {count} {type} has {there} bytes");
        TorchStorage storage = new(key, type, count, _swapped) { Bytes = (first, into) => Read(entry, first, into) };
        return _storages[key] = new StoragePart(storage, 0, count);
    }

    private void Read(ZipArchiveEntry entry, long first, Span<byte> into)
    {
        try
        {
            lock (_gate)
            {
                if (first == 0 && into.Length == entry.Length)
                {
                    using CheckedZipStream whole = new(entry);
                    whole.ReadExactly(into);
                    _checked.Add(entry.FullName);
                    return;
                }

                if (_checked.Add(entry.FullName)) CheckSum(entry);
                using Stream stream = entry.Open();
                Skip(stream, first);
                stream.ReadExactly(into);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            throw Fault($"{Path}: {entry.FullName}", e);
        }
    }

    /// <summary>Reads a storage through once, before the first view on a part of it.</summary>
    private void CheckSum(ZipArchiveEntry entry)
    {
        try
        {
            using CheckedZipStream content = new(entry);
            content.CopyTo(Stream.Null);
        }
        catch
        {
            _checked.Remove(entry.FullName);
            throw;
        }
    }

    private static void Skip(Stream stream, long count)
    {
        if (count > 0 && stream.CanSeek)
        {
            stream.Seek(count, SeekOrigin.Begin);
            return;
        }

        Span<byte> skipped = stackalloc byte[4096];
        for (long left = count; left > 0;)
        {
            Span<byte> part = skipped[..(int)Math.Min(left, skipped.Length)];
            stream.ReadExactly(part);
            left -= part.Length;
        }
    }
}
