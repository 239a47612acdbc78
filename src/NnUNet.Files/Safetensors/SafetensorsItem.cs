using System.Runtime.InteropServices;

namespace NnUNet.Files.Safetensors;

/// <summary>One tensor that goes into a safetensors file.</summary>
public sealed class SafetensorsItem
{
    /// <summary>A tensor whose bytes (little-endian, last axis fastest) are in memory.</summary>
    /// <exception cref="ArgumentException">The type is unknown or the bytes do not fill the shape.</exception>
    public SafetensorsItem(string name, string dType, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes)
        : this(name, dType, shape, stream => stream.Write(bytes.Span))
    {
        if (bytes.Length != ByteCount) throw new ArgumentException($"{bytes.Length} bytes do not fill {dType} ({string.Join(", ", shape)}) of {name}: {ByteCount} are needed", nameof(bytes));
    }

    /// <summary>A tensor whose bytes (little-endian, last axis fastest) are written when it is its turn.</summary>
    /// <exception cref="ArgumentException">The type is unknown or an axis is negative.</exception>
    public SafetensorsItem(string name, string dType, IReadOnlyList<long> shape, Action<Stream> write)
    {
        int size = SafetensorsDTypes.Size(dType);
        if (size == 0) throw new ArgumentException($"safetensors has no type \"{dType}\" (tensor {name})", nameof(dType));

        long bytes = size;
        foreach (long axis in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(axis, nameof(shape));
            bytes = checked(bytes * axis);
        }

        Name = name;
        DType = dType;
        Shape = [.. shape];
        ByteCount = bytes;
        Write = write;
    }

    /// <summary>Its name in the file.</summary>
    public string Name { get; }

    /// <summary>safetensors' name of the number type.</summary>
    public string DType { get; }

    /// <summary>Length of each axis, slowest first.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Bytes of its numbers.</summary>
    public long ByteCount { get; }

    internal Action<Stream> Write { get; }

    /// <summary>A tensor of a .NET number type.</summary>
    /// <typeparam name="T">float, long, Half, byte, ….</typeparam>
    /// <exception cref="ArgumentException">safetensors has no such type or the numbers do not fill the shape.</exception>
    public static SafetensorsItem From<T>(string name, ReadOnlyMemory<T> numbers, params long[] shape)
        where T : unmanaged
    {
        string dType = SafetensorsDTypes.Of<T>() ?? throw new ArgumentException($"safetensors has no type for {typeof(T).Name}", nameof(numbers));
        SafetensorsItem item = new(name, dType, shape, stream => Numpy.NpyFile.WriteNumbers(stream, numbers.Span));
        return MemoryMarshal.AsBytes(numbers.Span[..Math.Min(numbers.Length, 1)]).Length * (long)numbers.Length == item.ByteCount
            ? item
            : throw new ArgumentException($"{numbers.Length} numbers do not fill the shape ({string.Join(", ", shape)}) of {name}", nameof(numbers));
    }
}
