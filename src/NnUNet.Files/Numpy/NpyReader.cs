using System.Runtime.InteropServices;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Files.Numpy;

/// <summary>Reads the numbers of an npy array from a stream, whatever their type, byte order and axis order.</summary>
internal static class NpyReader
{
    /// <summary>Reads header and numbers.</summary>
    /// <param name="where">The file, and the entry of an npz.</param>
    /// <param name="stream">Stands at the magic.</param>
    /// <param name="trustedBytes">Bytes that are known to be there; only these are allocated for at once.</param>
    /// <param name="mostBytes">Bytes that can be there at most.</param>
    /// <exception cref="FileFormatException">The array is cut off, damaged, or not of numbers.</exception>
    public static NpyArray Read(string where, Stream stream, long trustedBytes, long mostBytes)
    {
        NpyHeader header = NpyHeaderFormat.Read(where, stream);
        if (header.Count > Array.MaxLength)
        {
            throw new FileFormatException(where, $"the array has {header.Count} elements, but at most {Array.MaxLength} are read at once", "split it, or map it");
        }

        if (header.ByteCount + header.DataOffset > mostBytes) throw CutOff(where, header, Math.Max(0, mostBytes - header.DataOffset));

        MemoryLimit.Check(where, header.ByteCount, $"the array of shape {header.Shape}");
        Array numbers = header.Kind switch
        {
            NumberKind.Bool => Numbers<bool>(where, stream, header, trustedBytes),
            NumberKind.UInt8 => Numbers<byte>(where, stream, header, trustedBytes),
            NumberKind.Int8 => Numbers<sbyte>(where, stream, header, trustedBytes),
            NumberKind.UInt16 => Numbers<ushort>(where, stream, header, trustedBytes),
            NumberKind.Int16 => Numbers<short>(where, stream, header, trustedBytes),
            NumberKind.UInt32 => Numbers<uint>(where, stream, header, trustedBytes),
            NumberKind.Int32 => Numbers<int>(where, stream, header, trustedBytes),
            NumberKind.UInt64 => Numbers<ulong>(where, stream, header, trustedBytes),
            NumberKind.Int64 => Numbers<long>(where, stream, header, trustedBytes),
            NumberKind.Float16 => Numbers<Half>(where, stream, header, trustedBytes),
            NumberKind.Float32 => Numbers<float>(where, stream, header, trustedBytes),
            _ => Numbers<double>(where, stream, header, trustedBytes),
        };
        return new NpyArray(numbers, header.Kind, header.Shape.ToArray(), header.DType);
    }

    internal static FileFormatException CutOff(string where, NpyHeader header, long there) => new(
        where, $"the shape {header.Shape} of {header.DType} needs {header.ByteCount} bytes, but {there} are there", "the file is cut off; copy or make it again");

    private static T[] Numbers<T>(string where, Stream stream, NpyHeader header, long trusted)
        where T : unmanaged
    {
        T[] numbers;
        try
        {
            numbers = GrowingReader.ReadRaw<T>(stream, (int)header.Count, trusted);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw new FileFormatException(
                where, $"the shape {header.Shape} of {header.DType} needs {header.ByteCount} bytes, but {e.Message.TrimEnd('.')}", "the file is cut off or damaged; copy or make it again", e);
        }

        if (header.Kind == NumberKind.Bool)
        {
            Span<byte> raw = MemoryMarshal.AsBytes(numbers.AsSpan());
            for (int i = 0; i < raw.Length; i++) raw[i] = raw[i] != 0 ? (byte)1 : (byte)0;
        }

        if (header.Swapped) NumberKinds.Swap(MemoryMarshal.AsBytes(numbers.AsSpan()), header.Kind.Size());
        return header.FortranOrder && header.Shape.Count > 1 && numbers.Length > 1 ? InCOrder(numbers, header.Shape.ToArray()) : numbers;
    }

    /// <summary>Numbers whose first axis is the fastest, with the last axis fastest.</summary>
    internal static T[] InCOrder<T>(T[] fortran, long[] shape)
    {
        // Walks the result in order; strides are the file's, where the first axis is the fastest.
        T[] result = new T[fortran.Length];
        int axes = shape.Length;
        long[] strides = new long[axes];
        long stride = 1;
        for (int axis = 0; axis < axes; axis++)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        long[] index = new long[axes];
        long at = 0;
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = fortran[at];
            for (int axis = axes - 1; axis >= 0; axis--)
            {
                at += strides[axis];
                if (++index[axis] < shape[axis]) break;
                at -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return result;
    }
}
