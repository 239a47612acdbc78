using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace NnUNet.Files.Pickle;

/// <summary>The bytes of a pickle: reads exactly what is asked for, and never allocates for bytes that are not there.</summary>
internal sealed class PickleInput
{
    private const int Chunk = 1 << 20;
    private const int LongestNumber = 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stream _stream;
    private readonly PickleBudget _budget;

    public PickleInput(Stream stream, PickleBudget budget)
    {
        // Single bytes of other streams are slow. These three are not read further than needed: more may follow the pickle.
        _stream = stream is FileStream or MemoryStream or BufferedStream ? stream : new BufferedStream(stream, 1 << 16);
        _budget = budget;
    }

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    public byte Byte()
    {
        int value = _stream.ReadByte();
        if (value < 0) throw new EndOfStreamException();
        Position++;
        return (byte)value;
    }

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Fixed(stackalloc byte[2]));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Fixed(stackalloc byte[4]));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Fixed(stackalloc byte[4]));

    /// <summary>A length of eight bytes.</summary>
    public long Length()
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(Fixed(stackalloc byte[8]));
        return value <= long.MaxValue ? (long)value : throw new InvalidDataException($"a length of {value} is not possible");
    }

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Fixed(stackalloc byte[8]));

    public byte[] Bytes(long count)
    {
        if (count < 0) throw new InvalidDataException($"a length of {count} is not possible");
        if (_stream.CanSeek && count > _stream.Length - _stream.Position)
        {
            throw new InvalidDataException($"{count} bytes should follow, but {_stream.Length - _stream.Position} are left: the file is cut off");
        }

        _budget.Take(count);
        if (count > Array.MaxLength) throw new InvalidDataException($"{count} bytes in one piece are too many");
        byte[] bytes = new byte[Math.Min(count, Chunk)];
        for (int done = 0; ;)
        {
            Fixed(bytes.AsSpan(done));
            if (bytes.Length == count) return bytes;
            done = bytes.Length;
            Array.Resize(ref bytes, (int)Math.Min(count, 2L * bytes.Length));
        }
    }

    public string Utf8Text(long bytes)
    {
        _budget.Take(bytes);
        try
        {
            return Utf8.GetString(Bytes(bytes));
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("a text is not valid UTF-8", e);
        }
    }

    /// <summary>Python 2's text of bytes: each byte is a character, so that nothing is lost.</summary>
    public string Latin1Text(long bytes)
    {
        _budget.Take(bytes);
        return Encoding.Latin1.GetString(Bytes(bytes));
    }

    /// <summary>The text up to the next line end, which is taken too.</summary>
    public string Line()
    {
        StringBuilder text = new();
        for (byte value = Byte(); value != '\n'; value = Byte())
        {
            if (text.Length % 1024 == 1023) _budget.Take(2048);
            text.Append((char)value);
        }

        return text.ToString();
    }

    /// <summary>An integer in two's complement, lowest byte first.</summary>
    public object Integer(long bytes)
    {
        if (bytes is < 0 or > LongestNumber) throw new InvalidDataException($"an integer of {bytes} bytes is not read (at most {LongestNumber})");
        return Fit(new BigInteger(Bytes(bytes)));
    }

    /// <summary>An integer in decimal digits, as protocol 0 has it.</summary>
    public static object Integer(string digits) =>
        digits.Length <= LongestNumber && BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out BigInteger value)
            ? Fit(value)
            : throw new InvalidDataException($"an integer is expected, not \"{Shortened(digits)}\"");

    /// <summary>A number as Python prints it.</summary>
    public static double Double(string text) => text.Trim() switch
    {
        "nan" or "-nan" => double.NaN,
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        string t when t.Length <= LongestNumber && double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) => value,
        _ => throw new InvalidDataException($"a number is expected, not \"{Shortened(text)}\""),
    };

    public static object Fit(BigInteger value) => value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;

    private static string Shortened(string text) => text.Length > 40 ? text[..40] + "…" : text;

    private Span<byte> Fixed(Span<byte> into)
    {
        int got = _stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
        Position += got;
        return got == into.Length ? into : throw new EndOfStreamException();
    }
}
