using System.Buffers.Binary;
using System.Numerics;
using NnUNet.Files.Pickle;

namespace NnUNet.Files.PyTorch;

/// <summary>
/// The format of <c>torch.save</c> before PyTorch 1.6: pickles of a magic number, a version, the machine, the content and the list of
/// storages, then for each of these its count (8 bytes) and its numbers, little-endian.
/// </summary>
internal sealed class TorchLegacyFile : TorchFile
{
    private const string Damaged = "the file is cut off or damaged; copy it again";
    private const long Version = 1001;

    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);

    private readonly FileStream _stream;
    private readonly Dictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);

    /// <summary>Reads everything but the numbers; takes the stream over when it succeeds.</summary>
    public TorchLegacyFile(string path, FileStream stream)
        : base(path)
    {
        _stream = stream;
        if (PickleFile.Read(stream, path) is not BigInteger magic || magic != Magic)
        {
            throw new TorchFileException(path, "this is a pickle, but no file of torch.save", "check that it is the model and not the .pkl beside it");
        }

        if (PickleFile.Read(stream, path) is not Version) throw new TorchFileException(path, "its version of PyTorch's format is not known", Damaged);
        PickleFile.Read(stream, path); // the machine that wrote it; the numbers are always little-endian
        Content = PickleFile.Read(stream, path, TorchPickle.Options(path, Storage));
        if (PickleFile.Read(stream, path) is not List<object?> keys) throw new TorchFileException(path, "the list of storages is missing", Damaged);
        FindStorages(keys);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _stream.Dispose();

    private StoragePart Storage(PickleTuple id)
    {
        (TorchDType type, string key, long count) = TorchPickle.Storage(id);
        if (!_storages.TryGetValue(key, out TorchStorage? storage))
        {
            storage = new TorchStorage(key, type, count, !BitConverter.IsLittleEndian);
            _storages.Add(key, storage);
        }

        if (storage.Type != type || storage.Count != count) throw new InvalidDataException($"storage \"{key}\" is once of {storage.Count} {storage.Type}, once of {count} {type}");
        return id.Count < 6 || id[5] is null ? new StoragePart(storage, 0, count) : Part(storage, id[5]);
    }

    /// <summary>A part of a storage: (key of the part, first number, count).</summary>
    private static StoragePart Part(TorchStorage storage, object? view) =>
        view is PickleTuple { Count: 3 } parts && parts[1] is long and >= 0 and long first && parts[2] is long and >= 0 and long count && first <= storage.Count && count <= storage.Count - first
            ? new StoragePart(storage, first, count)
            : throw new InvalidDataException($"a part of storage \"{storage.Key}\" does not lie in it");

    private void FindStorages(List<object?> keys)
    {
        long at = _stream.Position;
        Span<byte> head = stackalloc byte[8];
        foreach (object? key in keys)
        {
            if (key is not string name || !_storages.TryGetValue(name, out TorchStorage? storage) || storage.Bytes is not null)
            {
                throw new TorchFileException(Path, $"the list of storages has \"{key}\", which no tensor uses or which stands there twice", Damaged);
            }

            Read(at, head);
            long count = BinaryPrimitives.ReadInt64LittleEndian(head);
            long begin = at + head.Length;
            if (count != storage.Count) throw new TorchFileException(Path, $"storage \"{name}\" has {count} numbers, but its tensors expect {storage.Count}", Damaged);
            if (count * storage.Type.Size > _stream.Length - begin)
            {
                throw new TorchFileException(Path, $"storage \"{name}\" needs {count * storage.Type.Size} bytes from byte {begin} on, but the file has {_stream.Length}", Damaged);
            }

            storage.Bytes = (first, into) => Read(begin + first, into);
            at = begin + (count * storage.Type.Size);
        }

        if (_storages.Values.FirstOrDefault(static s => s.Bytes is null) is { } missing)
        {
            throw new TorchFileException(Path, $"storage \"{missing.Key}\" is not in the file", Damaged);
        }
    }

    private void Read(long at, Span<byte> into)
    {
        for (int done = 0; done < into.Length;)
        {
            int got = RandomAccess.Read(_stream.SafeFileHandle, into[done..], at + done);
            if (got == 0) throw new TorchFileException(Path, $"the file ends after {at + done} bytes", Damaged);
            done += got;
        }
    }
}
