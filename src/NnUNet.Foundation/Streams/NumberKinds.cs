using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace NnUNet.Foundation.Streams;

/// <summary>Sizes, names and vectorised conversions of stored numbers.</summary>
internal static class NumberKinds
{
    /// <summary>Bytes of one number.</summary>
    public static int Size(this NumberKind kind) => kind switch
    {
        NumberKind.Bool or NumberKind.UInt8 or NumberKind.Int8 => 1,
        NumberKind.UInt16 or NumberKind.Int16 or NumberKind.Float16 => 2,
        NumberKind.UInt32 or NumberKind.Int32 or NumberKind.Float32 => 4,
        _ => 8,
    };

    /// <summary>numpy's name of the type: <c>uint8</c>, <c>float32</c>.</summary>
    public static string NumpyName(this NumberKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The kind that numpy's short name without byte order means, such as <c>f4</c>; null when it is no plain number.</summary>
    public static NumberKind? FromNumpy(string name) => name switch
    {
        "b1" => NumberKind.Bool,
        "u1" => NumberKind.UInt8,
        "i1" => NumberKind.Int8,
        "u2" => NumberKind.UInt16,
        "i2" => NumberKind.Int16,
        "u4" => NumberKind.UInt32,
        "i4" => NumberKind.Int32,
        "u8" => NumberKind.UInt64,
        "i8" => NumberKind.Int64,
        "f2" => NumberKind.Float16,
        "f4" => NumberKind.Float32,
        "f8" => NumberKind.Float64,
        _ => null,
    };

    /// <summary>The kind whose memory layout is that of <typeparamref name="T"/>; null when no file stores it.</summary>
    public static NumberKind? Of<T>() => typeof(T) switch
    {
        Type t when t == typeof(bool) => NumberKind.Bool,
        Type t when t == typeof(byte) => NumberKind.UInt8,
        Type t when t == typeof(sbyte) => NumberKind.Int8,
        Type t when t == typeof(ushort) => NumberKind.UInt16,
        Type t when t == typeof(short) => NumberKind.Int16,
        Type t when t == typeof(uint) => NumberKind.UInt32,
        Type t when t == typeof(int) => NumberKind.Int32,
        Type t when t == typeof(ulong) => NumberKind.UInt64,
        Type t when t == typeof(long) => NumberKind.Int64,
        Type t when t == typeof(Half) => NumberKind.Float16,
        Type t when t == typeof(float) => NumberKind.Float32,
        Type t when t == typeof(double) => NumberKind.Float64,
        _ => null,
    };

    /// <summary>Reverses the bytes of every number in place.</summary>
    public static void Swap(Span<byte> raw, int size)
    {
        switch (size)
        {
            case 2:
                Span<ushort> two = MemoryMarshal.Cast<byte, ushort>(raw);
                BinaryPrimitives.ReverseEndianness(two, two);
                break;
            case 4:
                Span<uint> four = MemoryMarshal.Cast<byte, uint>(raw);
                BinaryPrimitives.ReverseEndianness(four, four);
                break;
            case 8:
                Span<ulong> eight = MemoryMarshal.Cast<byte, ulong>(raw);
                BinaryPrimitives.ReverseEndianness(eight, eight);
                break;
        }
    }

    /// <summary>Converts numbers in the machine's byte order; out-of-range values are cut to their low bits or saturate as .NET's unchecked conversions do.</summary>
    public static void Convert<T>(ReadOnlySpan<byte> raw, NumberKind kind, Span<T> into)
        where T : unmanaged, INumberBase<T>
    {
        switch (kind)
        {
            case NumberKind.Bool:
                for (int i = 0; i < raw.Length; i++) into[i] = raw[i] != 0 ? T.One : T.Zero;
                break;
            case NumberKind.UInt8:
                TensorPrimitives.ConvertTruncating(raw, into);
                break;
            case NumberKind.Int8:
                Convert<sbyte, T>(raw, into);
                break;
            case NumberKind.UInt16:
                Convert<ushort, T>(raw, into);
                break;
            case NumberKind.Int16:
                Convert<short, T>(raw, into);
                break;
            case NumberKind.UInt32:
                Convert<uint, T>(raw, into);
                break;
            case NumberKind.Int32:
                Convert<int, T>(raw, into);
                break;
            case NumberKind.UInt64:
                Convert<ulong, T>(raw, into);
                break;
            case NumberKind.Int64:
                Convert<long, T>(raw, into);
                break;
            case NumberKind.Float16:
                Convert<Half, T>(raw, into);
                break;
            case NumberKind.Float32:
                Convert<float, T>(raw, into);
                break;
            default:
                Convert<double, T>(raw, into);
                break;
        }
    }

    private static void Convert<TFrom, TTo>(ReadOnlySpan<byte> raw, Span<TTo> into)
        where TFrom : unmanaged, INumberBase<TFrom>
        where TTo : unmanaged, INumberBase<TTo> =>
        TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, TFrom>(raw), into);
}
