using System.Buffers.Binary;

namespace NnUNet.Imaging.Formats.Dicom;

/// <summary>Decodes lossless JPEG by Huffman codes (process 14), of one component, with any predictor, 2 to 16 bits.</summary>
/// <remarks>Source: ITU-T T.81, annexes B, F.2.2 and H: the differences to a prediction from the neighbours before are Huffman-coded.</remarks>
internal static class LosslessJpeg
{
    private const int StartOfImage = 0xd8, EndOfImage = 0xd9, StartOfScan = 0xda, HuffmanTable = 0xc4, LosslessFrame = 0xc3, RestartInterval = 0xdd, FirstRestart = 0xd0;
    private const int LongestCode = 16;

    /// <summary>Decodes a frame.</summary>
    /// <param name="packed">A JPEG stream.</param>
    /// <param name="into">Gets the samples, little-endian.</param>
    /// <param name="rows">Rows that there should be.</param>
    /// <param name="columns">Columns that there should be.</param>
    /// <param name="bytesOfNumber">Bytes of a sample in the result.</param>
    /// <exception cref="InvalidDataException">The stream is damaged, or another image than it should be.</exception>
    public static void Decode(ReadOnlySpan<byte> packed, Span<byte> into, int rows, int columns, int bytesOfNumber)
    {
        Table?[] tables = new Table?[4];
        int precision = 0, restart = 0;
        int at = 0;
        if (Marker(packed, ref at) != StartOfImage) throw new InvalidDataException("they do not begin as JPEG does");

        while (true)
        {
            int marker = Marker(packed, ref at);
            if (marker == EndOfImage) throw new InvalidDataException("the JPEG stream has no scan");
            if (packed.Length - at < 2) throw Ended();
            int length = BinaryPrimitives.ReadUInt16BigEndian(packed[at..]);
            if (length < 2 || length > packed.Length - at) throw Ended();
            ReadOnlySpan<byte> segment = packed.Slice(at + 2, length - 2);
            at += length;
            switch (marker)
            {
                case LosslessFrame:
                    precision = Frame(segment, rows, columns, bytesOfNumber);
                    break;
                case HuffmanTable:
                    Tables(segment, tables);
                    break;
                case RestartInterval:
                    if (segment.Length < 2) throw Ended();
                    restart = BinaryPrimitives.ReadUInt16BigEndian(segment);
                    break;
                case StartOfScan:
                    if (precision == 0) throw new InvalidDataException("the JPEG scan comes before its frame");
                    Scan(segment, packed[at..], tables, precision, restart, into, rows, columns, bytesOfNumber);
                    return;
                case >= 0xc0 and <= 0xcf:
                    throw new InvalidDataException($"the JPEG frame is of kind SOF{marker - 0xc0}, not the lossless SOF3");
                default:
                    break; // comments and what applications add
            }
        }
    }

    private static int Frame(ReadOnlySpan<byte> segment, int rows, int columns, int bytesOfNumber)
    {
        if (segment.Length < 9) throw Ended();
        int precision = segment[0], height = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), width = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        if (segment[5] != 1) throw new InvalidDataException($"the JPEG stream has {segment[5]} components where one is needed");
        if (height != rows || width != columns) throw new InvalidDataException($"the JPEG stream has {height} x {width} pixels where {rows} x {columns} are needed");
        return precision is >= 2 and <= 16 && precision <= bytesOfNumber * 8 ? precision : throw new InvalidDataException($"the JPEG stream has {precision} bits a pixel");
    }

    private static void Tables(ReadOnlySpan<byte> segment, Table?[] tables)
    {
        while (segment.Length > 0)
        {
            if (segment.Length < 1 + LongestCode) throw Ended();
            int number = segment[0] & 15, count = 0;
            if (segment[0] > 3) throw new InvalidDataException($"the JPEG stream has a Huffman table {segment[0]}");
            for (int i = 1; i <= LongestCode; i++) count += segment[i];
            if (segment.Length < 1 + LongestCode + count) throw Ended();
            tables[number] = new Table(segment.Slice(1, LongestCode), segment.Slice(1 + LongestCode, count));
            segment = segment[(1 + LongestCode + count)..];
        }
    }

    private static void Scan(
        ReadOnlySpan<byte> segment, ReadOnlySpan<byte> coded, Table?[] tables, int precision, int restart, Span<byte> into, int rows, int columns, int bytesOfNumber)
    {
        if (segment.Length < 6 || segment[0] != 1) throw new InvalidDataException("the JPEG scan has not one component");
        Table table = tables[(segment[2] >> 4) & 3] ?? throw new InvalidDataException("the JPEG scan has no Huffman table");
        int predictor = segment[3], transform = segment[5] & 15;
        if (predictor is < 1 or > 7) throw new InvalidDataException($"the JPEG scan has a predictor {predictor}");
        if (transform >= precision) throw new InvalidDataException($"the JPEG scan leaves out {transform} of {precision} bits");

        Bits bits = new(coded);
        int[] above = new int[columns], row = new int[columns];
        int start = 1 << (precision - transform - 1);
        long left = restart;
        int restarts = 0;
        bool first = true; // the next pixel is the first of the scan or of a restart interval
        bool firstRow = true; // the row is the first of these
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                if (restart > 0 && left == 0)
                {
                    bits.Restart(FirstRestart + (restarts++ & 7));
                    left = restart;
                    (first, firstRow) = (true, true);
                }

                int prediction = first ? start : firstRow ? row[x - 1 < 0 ? 0 : x - 1] : x == 0 ? above[0] : Predicted(predictor, row[x - 1], above[x], above[x - 1]);
                int value = (prediction + bits.Difference(table)) & 0xffff;
                row[x] = value;
                first = false;
                left--;
                int sample = value << transform, to = ((y * columns) + x) * bytesOfNumber;
                into[to] = (byte)sample;
                if (bytesOfNumber > 1) into[to + 1] = (byte)(sample >> 8);
            }

            firstRow = false;
            (above, row) = (row, above);
        }
    }

    private static int Predicted(int predictor, int left, int above, int aboveLeft) => predictor switch
    {
        1 => left,
        2 => above,
        3 => aboveLeft,
        4 => left + above - aboveLeft,
        5 => left + ((above - aboveLeft) >> 1),
        6 => above + ((left - aboveLeft) >> 1),
        _ => (left + above) >> 1,
    };

    private static int Marker(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (at >= bytes.Length || bytes[at] != 0xff) throw new InvalidDataException($"the JPEG stream has no marker at byte {at}");
        while (at < bytes.Length && bytes[at] == 0xff) at++;
        return at < bytes.Length ? bytes[at++] : throw Ended();
    }

    private static InvalidDataException Ended() => new("the JPEG stream ends too early");

    /// <summary>A Huffman table: codes in the order of their lengths.</summary>
    private sealed class Table
    {
        private readonly int[] _largest = new int[LongestCode + 1];
        private readonly int[] _offset = new int[LongestCode + 1];
        private readonly byte[] _values;

        public Table(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> values)
        {
            _values = values.ToArray();
            int code = 0, index = 0;
            for (int length = 1; length <= LongestCode; length++)
            {
                int count = counts[length - 1];
                _offset[length] = index - code;
                code += count;
                index += count;
                if (code > 1 << length) throw new InvalidDataException("the JPEG stream has a Huffman table with too many codes");
                _largest[length] = count == 0 ? -1 : code - 1;
                code <<= 1;
            }
        }

        /// <summary>The value of a code of a length; -1 where there is none.</summary>
        public int Value(int code, int length) => code <= _largest[length] ? _values[_offset[length] + code] : -1;
    }

    private ref struct Bits(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at;
        private uint _held;
        private int _count;

        /// <summary>The next difference: the count of its bits as a code, and then these.</summary>
        public int Difference(Table table)
        {
            int code = 0, size = -1;
            for (int length = 1; size < 0; length++)
            {
                if (length > LongestCode) throw new InvalidDataException("the JPEG stream has a code that is not in its table");
                code = (code << 1) | Bit();
                size = table.Value(code, length);
            }

            if (size > 16) throw new InvalidDataException($"the JPEG stream has a difference of {size} bits");
            if (size == 16) return 32768;
            int value = 0;
            for (int i = 0; i < size; i++) value = (value << 1) | Bit();
            return size > 0 && value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
        }

        /// <summary>Goes behind a restart marker.</summary>
        public void Restart(int marker)
        {
            _count = 0;
            if (_at + 1 >= _bytes.Length || _bytes[_at] != 0xff || _bytes[_at + 1] != marker) throw new InvalidDataException("the JPEG stream has no restart marker where it should be");
            _at += 2;
        }

        private int Bit()
        {
            if (_count == 0)
            {
                if (_at >= _bytes.Length) throw Ended();
                _held = _bytes[_at++];
                if (_held == 0xff)
                {
                    if (_at >= _bytes.Length || _bytes[_at] != 0) throw Ended(); // a marker: the coded bits end here
                    _at++;
                }

                _count = 8;
            }

            return (int)(_held >> --_count) & 1;
        }
    }
}
