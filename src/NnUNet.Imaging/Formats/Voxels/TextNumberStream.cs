using System.Globalization;
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
            NumberKind.UInt8 => Signed(word, byte.MinValue, byte.MaxValue, item, static v => (byte)v),
            NumberKind.Int8 => Signed(word, sbyte.MinValue, sbyte.MaxValue, item, static v => (sbyte)v),
            NumberKind.UInt16 => Signed(word, ushort.MinValue, ushort.MaxValue, item, static v => (ushort)v),
            NumberKind.Int16 => Signed(word, short.MinValue, short.MaxValue, item, static v => (short)v),
            NumberKind.UInt32 => Signed(word, uint.MinValue, uint.MaxValue, item, static v => (uint)v),
            NumberKind.Int32 => Signed(word, int.MinValue, int.MaxValue, item, static v => (int)v),
            NumberKind.Int64 => Signed(word, long.MinValue, long.MaxValue, item, static v => v),
            NumberKind.UInt64 => ulong.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out ulong u) && Put(item, u),
            NumberKind.Float32 => Number(word) is { } f && Put(item, (float)f),
            _ => Number(word) is { } d && Put(item, d),
        };
        if (!fits) throw new InvalidDataException($"\"{Encoding.Latin1.GetString(word)}\" is no {kind.NumpyName()}");
    }

    private static bool Signed<T>(ReadOnlySpan<byte> word, long least, long most, Span<byte> item, Func<long, T> convert)
        where T : unmanaged =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long v) && v >= least && v <= most && Put(item, convert(v));

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
