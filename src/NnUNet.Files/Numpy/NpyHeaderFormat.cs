using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Files.Numpy;

/// <summary>Reads and writes the header of npy arrays: magic, version, and a Python dictionary of three entries.</summary>
/// <remarks>Facts: numpy/lib/format.py (versions 1.0, 2.0, 3.0).</remarks>
internal static class NpyHeaderFormat
{
    private const int LongestText = 1 << 16;
    private const int MostAxes = 64;
    private const int Alignment = 64;
    private const string Remedy = "the file is cut off or damaged; copy or make it again";

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the header; the stream then stands at the first number.</summary>
    /// <exception cref="FileFormatException">It is no npy array of numbers.</exception>
    public static NpyHeader Read(string where, Stream stream)
    {
        Span<byte> start = stackalloc byte[8];
        Fill(where, stream, start);
        if (!start[..6].SequenceEqual(Magic)) throw new FileFormatException(where, "it does not begin with npy's magic", "give an array that numpy.save wrote");

        int version = start[6], lengthBytes = version == 1 ? 2 : 4;
        if (version is < 1 or > 3) throw new FileFormatException(where, $"npy version {version} is not known", "save it with a current numpy");

        Span<byte> lengthField = stackalloc byte[4];
        Fill(where, stream, lengthField[..lengthBytes]);
        long length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(lengthField) : BinaryPrimitives.ReadUInt32LittleEndian(lengthField);
        if (length > LongestText) throw new FileFormatException(where, $"the header is said to have {length} bytes, but at most {LongestText} are read", Remedy);

        byte[] text = new byte[length];
        Fill(where, stream, text);
        NpyHeader header = new HeaderText(where, (version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(text)).Parse();
        return header with { DataOffset = 8 + lengthBytes + (int)length };
    }

    /// <summary>The header of an array in C order.</summary>
    public static byte[] Write(NumberKind kind, ReadOnlySpan<long> shape)
    {
        string axes = string.Join(", ", shape.ToArray().Select(static n => n.ToString(CultureInfo.InvariantCulture)));
        if (shape.Length == 1) axes += ",";
        string text = $"{{'descr': '{DType(kind)}', 'fortran_order': False, 'shape': ({axes}), }}";
        int total = (8 + 2 + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] head = new byte[total];
        head.AsSpan().Fill((byte)' ');
        Magic.CopyTo(head);
        (head[6], head[7], head[^1]) = (1, 0, (byte)'\n');
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(8), (ushort)(total - 10));
        Encoding.ASCII.GetBytes(text, head.AsSpan(10));
        return head;
    }

    /// <summary>numpy's type string of little-endian numbers.</summary>
    public static string DType(NumberKind kind) => kind switch
    {
        NumberKind.Bool => "|b1",
        NumberKind.UInt8 => "|u1",
        NumberKind.Int8 => "|i1",
        NumberKind.UInt16 => "<u2",
        NumberKind.Int16 => "<i2",
        NumberKind.UInt32 => "<u4",
        NumberKind.Int32 => "<i4",
        NumberKind.UInt64 => "<u8",
        NumberKind.Int64 => "<i8",
        NumberKind.Float16 => "<f2",
        NumberKind.Float32 => "<f4",
        _ => "<f8",
    };

    /// <summary>The product of the axes.</summary>
    /// <exception cref="FileFormatException">An axis is negative or the product is no size of a file.</exception>
    public static long Count(string where, IReadOnlyList<long> shape)
    {
        UInt128 count = 1;
        foreach (long axis in shape)
        {
            if (axis < 0) throw new FileFormatException(where, $"an axis has {axis} elements", Remedy);
            count *= (UInt128)axis;
            if (count > long.MaxValue / 8) throw new FileFormatException(where, $"the shape ({string.Join(", ", shape)}) is too large", Remedy);
        }

        return (long)count;
    }

    private static void Fill(string where, Stream stream, Span<byte> into)
    {
        try
        {
            if (stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) < into.Length) throw new FileFormatException(where, "it ends within its header", Remedy);
        }
        catch (InvalidDataException e)
        {
            throw new FileFormatException(where, $"the compressed content is damaged ({e.Message.TrimEnd('.')})", Remedy, e);
        }
    }

    /// <summary>A strict reader of the one Python literal that may stand there.</summary>
    private ref struct HeaderText(string where, string text)
    {
        private readonly string _where = where;
        private readonly string _text = text;
        private int _at;

        public NpyHeader Parse()
        {
            string? descr = null;
            bool? fortran = null;
            List<long>? shape = null;
            Expect('{');
            while (!TryTake('}'))
            {
                string key = String();
                Expect(':');
                switch (key)
                {
                    case "descr" when descr is null:
                        descr = Descr();
                        break;
                    case "fortran_order" when fortran is null:
                        fortran = Bool();
                        break;
                    case "shape" when shape is null:
                        shape = Tuple();
                        break;
                    default:
                        throw Fault($"the key '{key}' is unknown or stands twice");
                }

                if (!TryTake(','))
                {
                    Expect('}');
                    break;
                }
            }

            SkipSpace();
            if (_at < _text.Length) throw Fault("something follows the dictionary");
            if (descr is null || fortran is null || shape is null) throw Fault("descr, fortran_order or shape is missing");

            (NumberKind kind, bool swapped) = Kind(descr);
            return new NpyHeader(descr, new ValueArray<long>(shape.ToArray()), fortran.Value)
            {
                Count = Count(_where, shape),
                Kind = kind,
                Swapped = swapped,
            };
        }

        private (NumberKind Kind, bool Swapped) Kind(string descr)
        {
            NumberKind? kind = descr.Length < 2 ? null : descr[1..] is "?" ? NumberKind.Bool : NumberKinds.FromNumpy(descr[1..]);
            bool? bigEndian = descr.Length == 0 ? null : descr[0] switch
            {
                '<' => false,
                '>' => true,
                '|' when kind?.Size() == 1 => false,
                '=' => !BitConverter.IsLittleEndian,
                _ => null,
            };
            if (kind is null || bigEndian is null)
            {
                throw new FileFormatException(_where, $"the type '{descr}' is not one of plain numbers", "save it as integers, floats or booleans");
            }

            return (kind.Value, bigEndian.Value == BitConverter.IsLittleEndian && kind.Value.Size() > 1);
        }

        private string Descr()
        {
            SkipSpace();
            if (_at < _text.Length && _text[_at] == '[') throw new FileFormatException(_where, "the elements are records, not numbers", "save one array a field");
            return String();
        }

        private string String()
        {
            SkipSpace();
            char quote = _at < _text.Length ? _text[_at] : '\0';
            if (quote is not ('\'' or '"')) throw Fault("a string is expected");
            int end = _text.IndexOf(quote, _at + 1);
            if (end < 0) throw Fault("a string does not end");
            string value = _text[(_at + 1)..end];
            _at = end + 1;
            return value;
        }

        private bool Bool()
        {
            SkipSpace();
            foreach (bool value in (ReadOnlySpan<bool>)[true, false])
            {
                string word = value ? "True" : "False";
                if (string.CompareOrdinal(_text, _at, word, 0, word.Length) != 0) continue;
                _at += word.Length;
                return value;
            }

            throw Fault("True or False is expected");
        }

        private List<long> Tuple()
        {
            List<long> values = [];
            Expect('(');
            while (!TryTake(')'))
            {
                if (values.Count == MostAxes) throw Fault($"there are more than {MostAxes} axes");
                values.Add(Integer());
                if (TryTake(',')) continue;
                Expect(')');
                break;
            }

            return values;
        }

        private long Integer()
        {
            SkipSpace();
            int start = _at;
            while (_at < _text.Length && char.IsAsciiDigit(_text[_at])) _at++;
            if (!long.TryParse(_text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out long value)) throw Fault("an axis length is expected");
            if (_at < _text.Length && _text[_at] == 'L') _at++; // Python 2 wrote long integers so
            return value;
        }

        private bool TryTake(char c)
        {
            SkipSpace();
            if (_at >= _text.Length || _text[_at] != c) return false;
            _at++;
            return true;
        }

        private void Expect(char c)
        {
            if (!TryTake(c)) throw Fault($"'{c}' is expected");
        }

        private void SkipSpace()
        {
            while (_at < _text.Length && _text[_at] is ' ' or '\n' or '\t' or '\r') _at++;
        }

        private readonly FileFormatException Fault(string what) => new(_where, $"npy header, character {_at}: {what}", Remedy);
    }
}
