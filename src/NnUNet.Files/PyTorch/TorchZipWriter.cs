using System.IO.Compression;
using System.Runtime.InteropServices;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;

namespace NnUNet.Files.PyTorch;

/// <summary>A tensor to be written: its values are read when they are written.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Shape">Length of each axis, slowest first.</param>
/// <param name="Read">Reads the values, last axis fastest.</param>
/// <param name="WholeNumbers">Whether it is stored as int64 instead of float32.</param>
internal sealed record TensorToWrite(string Name, ValueArray<long> Shape, Func<float[]> Read, bool WholeNumbers = false)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, static (product, n) => checked(product * n));
}

/// <summary>Writes the zip format of <c>torch.save</c>: every entry stored as it is, tensors contiguous, one storage each.</summary>
/// <remarks>Source: torch/serialization.py, _save; torch/_utils.py, _rebuild_tensor_v2.</remarks>
internal sealed class TorchZipWriter
{
    private const string Root = "archive";

    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<TensorToWrite> _storages = [];

    /// <summary>The value that stands for a tensor in the content; the same tensor may be used twice.</summary>
    public PickledCall Tensor(TensorToWrite tensor)
    {
        int key = _storages.IndexOf(tensor);
        if (key < 0)
        {
            key = _storages.Count;
            _storages.Add(tensor);
        }

        PickledName type = new("torch", tensor.WholeNumbers ? "LongStorage" : "FloatStorage");
        PickledReference storage = new(PickleTuple.Create(["storage", type, key.ToString(System.Globalization.CultureInfo.InvariantCulture), "cpu", tensor.Count]));
        return new PickledCall(
            new PickledName("torch._utils", "_rebuild_tensor_v2"),
            PickleTuple.Create([storage, 0L, Tuple(tensor.Shape), Tuple(Strides(tensor.Shape)), false, new PickleDictionary { IsOrdered = true }]));
    }

    /// <summary>Writes the file under a temporary name and renames it; holds one tensor's numbers at a time.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What <c>torch.load</c> gives, with the values of <see cref="Tensor"/> in it.</param>
    /// <param name="cancel">Stops before the next tensor.</param>
    public void Write(string path, object content, CancellationToken cancel = default) => AtomicFile.Write(path, stream =>
    {
        using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        Entry(zip, "data.pkl", entry => PickleFile.Write(entry, content, protocol: 2));
        foreach ((int key, TensorToWrite tensor) in _storages.Index())
        {
            cancel.ThrowIfCancellationRequested();
            Entry(zip, $"data/{key}", entry => WriteNumbers(entry, tensor));
        }

        Entry(zip, "version", static entry => entry.Write("3\n"u8));
    });

    private static void Entry(ZipArchive zip, string name, Action<Stream> write)
    {
        ZipArchiveEntry entry = zip.CreateEntry($"{Root}/{name}", CompressionLevel.NoCompression);
        entry.LastWriteTime = NoTime;
        using Stream stream = entry.Open();
        write(stream);
    }

    private static void WriteNumbers(Stream stream, TensorToWrite tensor)
    {
        float[] values = tensor.Read();
        if (values.Length != tensor.Count) throw new TorchFileException(tensor.Name, $"it has {values.Length} numbers instead of {tensor.Count}", "check the checkpoint");
        ReadOnlySpan<byte> bytes = tensor.WholeNumbers
            ? MemoryMarshal.AsBytes(Array.ConvertAll(values, static v => (long)v).AsSpan())
            : MemoryMarshal.AsBytes(values.AsSpan());
        stream.Write(bytes);
    }

    private static PickleTuple Tuple(IEnumerable<long> values) => [.. values.Select(static v => (object?)v)];

    private static long[] Strides(ValueArray<long> shape)
    {
        long[] strides = new long[shape.Count];
        long stride = 1;
        for (int axis = shape.Count - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= Math.Max(1, shape[axis]);
        }

        return strides;
    }
}
