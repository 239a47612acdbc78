using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>Numbers in decimal digits, with blanks or commas between them, as bytes in this machine's order.</summary>
internal sealed class TextNumberStream(Stream characters, NumberKind kind) : DecodingStream(characters)
{
    private const int LongestNumber = 64;

    private readonly byte[] _word = new byte[LongestNumber];

    protected override int Decode(Span<byte> item)
    {
        int c = Next();
        while (c >= 0 && IsBetween(c)) c = Next();
        int length = 0;
        for (; c >= 0 && !IsBetween(c); c = Next())
        {
            if (length == LongestNumber) throw new InvalidDataException($"a number has more than {LongestNumber} characters");
            _word[length++] = (byte)c;
        }

        if (length == 0) return 0;
        Write(_word.AsSpan(0, length), item);
        return kind.Size();
    }

    private void Write(ReadOnlySpan<byte> word, Span<byte> item)
    {
        bool fits = kind switch
        {
            NumberKind.UInt8 => Whole<byte>(word, item),
            NumberKind.Int8 => Whole<sbyte>(word, item),
            NumberKind.UInt16 => Whole<ushort>(word, item),
            NumberKind.Int16 => Whole<short>(word, item),
            NumberKind.UInt32 => Whole<uint>(word, item),
            NumberKind.Int32 => Whole<int>(word, item),
            NumberKind.Int64 => Whole<long>(word, item),
            NumberKind.UInt64 => Whole<ulong>(word, item),
            NumberKind.Float32 => Number(word) is { } f && Put(item, (float)f),
            _ => Number(word) is { } d && Put(item, d),
        };
        if (!fits) throw new InvalidDataException($"\"{Encoding.Latin1.GetString(word)}\" is no {kind.NumpyName()}");
    }

    private static bool Whole<T>(ReadOnlySpan<byte> word, Span<byte> item)
        where T : unmanaged, IBinaryInteger<T> =>
        T.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T number) && Put(item, number);

    private static double? Number(ReadOnlySpan<byte> word)
    {
        if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)) return number;
        return Encoding.Latin1.GetString(word).ToLowerInvariant() switch
        {
            "inf" or "+inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            "+nan" or "-nan" => double.NaN,
            _ => null,
        };
    }

    private static bool Put<T>(Span<byte> item, T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(item, value);
        return true;
    }

    private static bool IsBetween(int c) => char.IsWhiteSpace((char)c) || c == ',';
}
