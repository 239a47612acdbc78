using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using NnUNet.Files.Numpy;
using NnUNet.Foundation.Streams;

namespace NnUNet.Files.Pickle;

/// <summary>Builders of numpy's arrays, single numbers and types, in the spelling of numpy 1.</summary>
internal static class NumpyBuilders
{
    private const int TextBytes = 48;

    public static IEnumerable<KeyValuePair<string, PickleBuilder>> All { get; } = new Dictionary<string, PickleBuilder>(StringComparer.Ordinal)
    {
        ["numpy.core.multiarray._reconstruct"] = static call => call.Argument<PickleGlobal>(0).Name == "numpy.ndarray"
            ? new PickleArray()
            : throw new InvalidDataException($"numpy's {call.Argument<PickleGlobal>(0)} is not read as an array"),
        ["numpy.core.multiarray.scalar"] = Scalar,
        ["numpy.core.numeric._frombuffer"] = FromBuffer,
        ["numpy.dtype"] = static call => new NumpyDType(call.Argument<string>(0)),
    };

    /// <summary>The numbers of an array, in C order and this machine's byte order.</summary>
    public static NpyArray Numbers(PickleCall call, byte[] raw, NumpyDType type, long[] shape, bool fortranOrder)
    {
        call.Charge(raw.Length);
        NumberKind kind = type.Kind!.Value;
        Array numbers = kind switch
        {
            NumberKind.Bool => Typed<bool>(raw, type, shape, fortranOrder),
            NumberKind.UInt8 => Typed<byte>(raw, type, shape, fortranOrder),
            NumberKind.Int8 => Typed<sbyte>(raw, type, shape, fortranOrder),
            NumberKind.UInt16 => Typed<ushort>(raw, type, shape, fortranOrder),
            NumberKind.Int16 => Typed<short>(raw, type, shape, fortranOrder),
            NumberKind.UInt32 => Typed<uint>(raw, type, shape, fortranOrder),
            NumberKind.Int32 => Typed<int>(raw, type, shape, fortranOrder),
            NumberKind.UInt64 => Typed<ulong>(raw, type, shape, fortranOrder),
            NumberKind.Int64 => Typed<long>(raw, type, shape, fortranOrder),
            NumberKind.Float16 => Typed<Half>(raw, type, shape, fortranOrder),
            NumberKind.Float32 => Typed<float>(raw, type, shape, fortranOrder),
            _ => Typed<double>(raw, type, shape, fortranOrder),
        };
        return new NpyArray(numbers, kind, shape, type.Name);
    }

    /// <summary>The texts or bytes of an array without the zeros that fill them up, in C order.</summary>
    public static IReadOnlyList<object?> Texts(PickleCall call, byte[] raw, NumpyDType type, long[] shape, bool fortranOrder)
    {
        int count = shape.Contains(0) ? 0 : (int)shape.Aggregate(1L, static (product, n) => product * n);
        call.Charge((long)count * TextBytes);
        object?[] texts = new object?[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> element = raw.AsSpan(i * type.Size, type.Size);
            if (!type.IsText)
            {
                texts[i] = element.TrimEnd((byte)0).ToArray();
                continue;
            }

            try
            {
                texts[i] = new UTF32Encoding(type.IsBigEndian, byteOrderMark: false, throwOnInvalidCharacters: true).GetString(element).TrimEnd('\0');
            }
            catch (DecoderFallbackException e)
            {
                throw new InvalidDataException("a text in a numpy array is damaged", e);
            }
        }

        return fortranOrder && shape.Length > 1 && count > 1 ? NpyReader.InCOrder(texts, shape) : texts;
    }

    /// <summary>Numbers as bool, long, BigInteger (only beyond long) or double.</summary>
    public static IEnumerable<object?> Plain(NpyArray array) => array.DType[1] switch
    {
        'b' => array.AsSpan<bool>().ToArray().Select(static b => (object?)b),
        'f' => array.ToArray<double>().Select(static d => (object?)d),
        'u' when array.DType[2] == '8' => array.AsSpan<ulong>().ToArray().Select(static u => (object?)PickleInput.Fit(new BigInteger(u))),
        _ => array.ToArray<long>().Select(static l => (object?)l),
    };

    private static object? Scalar(PickleCall call)
    {
        NumpyDType type = call.Argument<NumpyDType>(0);
        if (call.Arguments.Count != 2) throw new InvalidDataException($"a numpy number is made of {call.Arguments}");
        if (type.IsObject) return call.Arguments[1];
        PickleArray array = new();
        array.Fill(call, PickleTuple.Create([]), type, fortranOrder: false, call.Arguments[1]);
        return array.Elements().Single();
    }

    private static PickleArray FromBuffer(PickleCall call)
    {
        PickleArray array = new();
        array.Fill(call, call.Argument<PickleTuple>(2), call.Argument<NumpyDType>(1), call.Argument<string>(3) == "F", call.Argument<byte[]>(0));
        return array;
    }

    private static T[] Typed<T>(byte[] raw, NumpyDType type, long[] shape, bool fortranOrder)
        where T : unmanaged
    {
        int size = type.Kind!.Value.Size();
        T[] numbers = new T[raw.Length / size];
        Span<byte> bytes = MemoryMarshal.AsBytes(numbers.AsSpan());
        raw.CopyTo(bytes);
        if (type.Kind == NumberKind.Bool)
        {
            for (int i = 0; i < bytes.Length; i++) bytes[i] = bytes[i] != 0 ? (byte)1 : (byte)0;
        }

        if (size > 1 && type.IsBigEndian == BitConverter.IsLittleEndian) NumberKinds.Swap(bytes, size);
        return fortranOrder && shape.Length > 1 && numbers.Length > 1 ? NpyReader.InCOrder(numbers, shape) : numbers;
    }
}
