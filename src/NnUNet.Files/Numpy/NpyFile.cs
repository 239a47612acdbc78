using System.Runtime.InteropServices;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Files.Numpy;

/// <summary>Reads and writes numpy's <c>.npy</c> arrays of numbers: versions 1 to 3, both axis orders, both byte orders.</summary>
public static class NpyFile
{
    /// <summary>Reads type, shape and axis order, but no numbers.</summary>
    /// <exception cref="FileFormatException">It is no npy array of numbers, or the file is shorter than its header promises.</exception>
    public static NpyHeader ReadHeader(string path)
    {
        using FileStream file = Open(path);
        NpyHeader header = NpyHeaderFormat.Read(path, file);
        long there = file.Length - header.DataOffset;
        return there < header.ByteCount ? throw NpyReader.CutOff(path, header, there) : header;
    }

    /// <summary>Reads a whole array (C order in memory).</summary>
    /// <exception cref="FileFormatException">It is no npy array of numbers, cut off, or longer than 2^31 elements.</exception>
    public static NpyArray Read(string path)
    {
        using FileStream file = Open(path);
        return NpyReader.Read(path, file, file.Length, file.Length);
    }

    /// <summary>Maps an array into memory, to read parts of it from any thread.</summary>
    /// <typeparam name="T">The stored type.</typeparam>
    /// <exception cref="FileFormatException">The file stores another type or axis order, or is cut off.</exception>
    public static NpyMap<T> Map<T>(string path)
        where T : unmanaged => new(path);

    /// <summary>Writes an array in C order.</summary>
    /// <exception cref="ArgumentException">The data do not fill the shape, or numpy has no such type.</exception>
    public static void Write<T>(string path, ReadOnlySpan<T> data, params long[] shape)
        where T : unmanaged
    {
        byte[] head = Head<T>(path, shape, data.Length);
        unsafe
        {
            fixed (T* pointer = data)
            {
                T* first = pointer;
                int length = data.Length;
                AtomicFile.Write(path, stream =>
                {
                    stream.Write(head);
                    WriteNumbers(stream, new ReadOnlySpan<T>(first, length));
                });
            }
        }
    }

    /// <summary>Writes an array in C order whose numbers come in parts, such as one per channel.</summary>
    /// <exception cref="ArgumentException">The parts do not fill the shape, or numpy has no such type.</exception>
    public static void Write<T>(string path, long[] shape, IEnumerable<ReadOnlyMemory<T>> parts)
        where T : unmanaged
    {
        byte[] head = Head<T>(path, shape, null);
        long count = NpyHeaderFormat.Count(path, shape);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(head);
            long written = 0;
            foreach (ReadOnlyMemory<T> part in parts)
            {
                WriteNumbers(stream, part.Span);
                written += part.Length;
            }

            if (written != count) throw new ArgumentException($"{written} numbers do not fill the shape ({string.Join(", ", shape)})", nameof(parts));
        });
    }

    internal static byte[] Head<T>(string path, ReadOnlySpan<long> shape, long? given)
    {
        NumberKind kind = NumberKinds.Of<T>() ?? throw new ArgumentException($"numpy has no type for {typeof(T).Name}", nameof(path));
        long count = NpyHeaderFormat.Count(path, shape.ToArray());
        return given is null || given == count
            ? NpyHeaderFormat.Write(kind, shape)
            : throw new ArgumentException($"{given} numbers do not fill the shape ({string.Join(", ", shape.ToArray())})", nameof(shape));
    }

    internal static unsafe void WriteNumbers<T>(Stream stream, ReadOnlySpan<T> numbers)
        where T : unmanaged
    {
        const int Step = 1 << 20;
        for (int done = 0; done < numbers.Length; done += Step)
        {
            ReadOnlySpan<byte> part = MemoryMarshal.AsBytes(numbers.Slice(done, Math.Min(Step, numbers.Length - done)));
            if (BitConverter.IsLittleEndian || sizeof(T) == 1)
            {
                stream.Write(part);
            }
            else
            {
                byte[] swapped = part.ToArray();
                NumberKinds.Swap(swapped, sizeof(T));
                stream.Write(swapped);
            }
        }
    }

    internal static FileStream Open(string path)
    {
        try
        {
            return InputFile.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileFormatException(path, $"the file cannot be opened ({e.Message})", "check the name and the access rights", e);
        }
    }
}
