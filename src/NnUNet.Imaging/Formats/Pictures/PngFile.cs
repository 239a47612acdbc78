using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats.Pictures;

/// <summary>A PNG file: its chunks, checked, and its samples.</summary>
/// <remarks>Source: the PNG specification, third edition (W3C). A palette of greys is one channel, any other three; transparent colours (<c>tRNS</c>) are told and not used.</remarks>
internal sealed class PngFile
{
    private const long MostFixedBytes = 1 << 16;
    private const int MostAncillaryBytes = 1 << 16;
    private const string CutOffRemedy = "the file is cut off or damaged; copy it again";

    // Adam7: first column, first row, and the steps along x and y of each pass.
    private static readonly (int X, int Y, int StepX, int StepY)[] Passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly Stream _content;
    private readonly string _name;
    private readonly List<(long At, int Length)> _data = [];
    private int _width;
    private int _height;
    private int _depth;
    private PngColour _colour;
    private bool _interlaced;
    private byte[] _palette = [];
    private bool _hasTransparency;
    private ImageGeometry _geometry = PixelDensity.Flat(1, 1);
    private ImageGeometry? _exact;

    private PngFile(Stream content, string name) => (_content, _name) = (content, name);

    /// <summary>The eight bytes with which every PNG file begins.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    /// <summary>Size, channels, geometry, number type and warnings.</summary>
    public ImageHeader Header { get; private set; } = null!;

    /// <summary>Reads all chunks but the pixels' content.</summary>
    /// <param name="content">A stream that can seek, at its first byte.</param>
    /// <param name="name">What the picture is called in errors.</param>
    /// <exception cref="FileFormatException">The file is cut off, damaged or promises more than it can hold.</exception>
    public static PngFile Open(Stream content, string name)
    {
        PngFile file = new(content, name);
        file.ReadChunks();
        return file;
    }

    /// <summary>The samples of each channel, row by row.</summary>
    /// <param name="stored">Whether samples of fewer than 8 bits stay as they are; otherwise they are stretched to 8 bits.</param>
    public ushort[][] Samples(bool stored)
    {
        byte[] raw = Inflate();
        int scale = stored || _depth >= 8 || _colour == PngColour.Palette ? 1 : 255 / ((1 << _depth) - 1);
        ushort[][] channels = [.. Enumerable.Range(0, Header.Channels).Select(_ => new ushort[_width * _height])];
        int at = 0;
        foreach ((int x0, int y0, int stepX, int stepY) in _interlaced ? Passes : [(0, 0, 1, 1)])
        {
            int columns = Count(_width, x0, stepX), rows = Count(_height, y0, stepY);
            if (columns == 0 || rows == 0) continue;

            int length = (int)RowBytes(columns);
            Span<byte> before = default;
            for (int row = 0; row < rows; row++, at += length + 1)
            {
                Span<byte> line = raw.AsSpan(at + 1, length);
                PngFilter.Undo(_name, raw[at], line, before, Math.Max(1, SamplesOfPixel * _depth / 8));
                Place(line, channels, ((y0 + (row * stepY)) * _width) + x0, stepX, columns, scale);
                before = line;
            }
        }

        return channels;
    }

    private int SamplesOfPixel => _colour switch
    {
        PngColour.Rgb => 3,
        PngColour.GreyAlpha => 2,
        PngColour.Rgba => 4,
        _ => 1,
    };

    private long RawBytes => (_interlaced ? Passes : [(0, 0, 1, 1)]).Sum(p => Count(_width, p.Item1, p.Item3) == 0 ? 0 : Count(_height, p.Item2, p.Item4) * (1 + RowBytes(Count(_width, p.Item1, p.Item3))));

    private static int Count(int length, int first, int step) => length <= first ? 0 : ((length - first - 1) / step) + 1;

    private long RowBytes(int columns) => (((long)columns * SamplesOfPixel * _depth) + 7) / 8;

    private void ReadChunks()
    {
        Span<byte> start = stackalloc byte[8];
        if (_content.ReadAtLeast(start, 8, throwOnEndOfStream: false) < 8 || !start.SequenceEqual(Signature)) throw Fault("the file does not begin as a PNG file does", "check that it is one, and not cut off");

        long at = 8;
        bool first = true, ended = false;
        while (!ended)
        {
            _content.Seek(at, SeekOrigin.Begin); // unlike Position, this keeps what the file has in its buffer
            if (_content.ReadAtLeast(start, 8, throwOnEndOfStream: false) < 8) throw Fault($"the file ends after {_content.Length} bytes, before its last chunk", CutOffRemedy);

            uint length = BinaryPrimitives.ReadUInt32BigEndian(start);
            string type = Encoding.Latin1.GetString(start[4..]);
            if (length > int.MaxValue || length + 12 > _content.Length - at) throw Fault($"the chunk {Printable(type)} at byte {at} promises {length} bytes, but the file has {_content.Length}", CutOffRemedy);
            if (first && type != "IHDR") throw Fault($"the first chunk is {Printable(type)}, not IHDR", CutOffRemedy);

            first = false;
            ended = type == "IEND";
            if (type == "IDAT") _data.Add((at + 8, (int)length));
            else Understand(type, (int)length, start[4..].ToArray());
            at += length + 12;
        }

        if (_data.Count == 0) throw Fault("the file has no pixels (IDAT)", CutOffRemedy);
        if (_colour == PngColour.Palette && _palette.Length == 0) throw Fault("the colours of the palette (PLTE) are missing", CutOffRemedy);
        Describe();
    }

    private void Understand(string type, int length, byte[] name)
    {
        bool critical = (name[0] & 0x20) == 0;
        bool wanted = type is "IHDR" or "PLTE" or "tRNS" or "pHYs" || (type == "tEXt" && length <= MostAncillaryBytes);
        if (!wanted)
        {
            if (critical && type != "IEND") throw Fault($"the file needs the chunk {Printable(type)}, which is not of the standard", "save it again with another program");
            return;
        }

        if (length > MostFixedBytes) throw Fault($"the chunk {type} has {length} bytes", CutOffRemedy);
        byte[] bytes = new byte[length + 4];
        _content.ReadExactly(bytes);
        uint sum = CheckedZipStream.Crc32([.. name, .. bytes.AsSpan(0, length)]);
        if (sum != BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(length))) throw Fault($"the check sum of the chunk {type} is wrong", CutOffRemedy);

        Span<byte> content = bytes.AsSpan(0, length);
        switch (type)
        {
            case "IHDR":
                ReadSize(content);
                break;
            case "PLTE":
                if (length is 0 or > 768 || length % 3 != 0) throw Fault($"the palette has {length} bytes", CutOffRemedy);
                _palette = content.ToArray();
                break;
            case "tRNS":
                _hasTransparency = true;
                break;
            case "pHYs" when length == 9 && content[8] == 1: // the unit is the metre
                _geometry = PixelDensity.Geometry(BinaryPrimitives.ReadUInt32BigEndian(content), BinaryPrimitives.ReadUInt32BigEndian(content[4..]));
                break;
            case "tEXt":
                string text = Encoding.Latin1.GetString(content);
                if (text.StartsWith(GeometryText.Key + "\0", StringComparison.Ordinal)) _exact = GeometryText.Parse(text[(GeometryText.Key.Length + 1)..]);
                break;
        }
    }

    private void ReadSize(Span<byte> content)
    {
        if (content.Length != 13) throw Fault($"the header has {content.Length} bytes, not 13", CutOffRemedy);
        uint width = BinaryPrimitives.ReadUInt32BigEndian(content), height = BinaryPrimitives.ReadUInt32BigEndian(content[4..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue || (long)width * height > Array.MaxLength) throw Fault($"the header says {width}x{height} pixels, but a picture has 1 to {Array.MaxLength}", CutOffRemedy);

        (_width, _height, _depth, _colour) = ((int)width, (int)height, content[8], (PngColour)content[9]);
        bool known = _colour switch
        {
            PngColour.Grey => _depth is 1 or 2 or 4 or 8 or 16,
            PngColour.Palette => _depth is 1 or 2 or 4 or 8,
            PngColour.Rgb or PngColour.GreyAlpha or PngColour.Rgba => _depth is 8 or 16,
            _ => false,
        };
        if (!known) throw Fault($"the header says colours of kind {content[9]} with {_depth} bits, which PNG does not have", CutOffRemedy);
        if (content[10] != 0 || content[11] != 0 || content[12] > 1) throw Fault($"the header says compression {content[10]}, filter {content[11]} and interlacing {content[12]}, which PNG does not have", CutOffRemedy);
        _interlaced = content[12] == 1;
    }

    private void Describe()
    {
        long compressed = _data.Sum(static d => (long)d.Length), raw = RawBytes;
        if (raw > compressed * Deflate.LargestRatio) throw Fault($"the header promises {raw} bytes of pixels, but the file can hold at most {compressed * Deflate.LargestRatio}", CutOffRemedy);
        if (raw > Array.MaxLength) throw Fault($"the picture has {raw} bytes of pixels, but at most {Array.MaxLength} are read", "divide it");

        int channels = _colour == PngColour.Palette ? (Palette.IsGrey(_palette, 3) ? 1 : 3) : SamplesOfPixel;
        List<string> warnings = [];
        if (_hasTransparency) warnings.Add("the picture names transparent colours (tRNS), which are read as if they were not");
        Header = new ImageHeader(new Extent(1, _height, _width), channels, _exact ?? _geometry, _depth == 16 ? "uint16" : "uint8", warnings);
    }

    private byte[] Inflate()
    {
        try
        {
            using ZLibStream pixels = new(new PngDataStream(_content, _data), CompressionMode.Decompress);
            return GrowingReader.ReadRaw<byte>(pixels, (int)RawBytes, _data.Sum(static d => (long)d.Length) * 8);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw new FileFormatException(_name, $"the header promises {RawBytes} bytes of pixels, but {e.Message.TrimEnd('.')}", CutOffRemedy, e);
        }
    }

    /// <summary>Puts a line's samples into their places in the channels.</summary>
    private void Place(ReadOnlySpan<byte> line, ushort[][] channels, int first, int step, int columns, int scale)
    {
        if (_colour == PngColour.Palette)
        {
            for (int x = 0; x < columns; x++)
            {
                int index = 3 * Sample(line, x);
                if (index >= _palette.Length) throw Fault($"a pixel has colour {index / 3} of a palette of {_palette.Length / 3}", CutOffRemedy);
                for (int c = 0; c < channels.Length; c++) channels[c][first + (x * step)] = _palette[index + c];
            }

            return;
        }

        for (int c = 0; c < channels.Length; c++)
        {
            ushort[] channel = channels[c];
            for (int x = 0, to = first; x < columns; x++, to += step) channel[to] = (ushort)(scale * Sample(line, (x * channels.Length) + c));
        }
    }

    private int Sample(ReadOnlySpan<byte> line, int i) => _depth switch
    {
        8 => line[i],
        16 => BinaryPrimitives.ReadUInt16BigEndian(line[(2 * i)..]),
        _ => (line[i * _depth / 8] >> (8 - _depth - (i * _depth % 8))) & ((1 << _depth) - 1),
    };

    private static string Printable(string type) => type.All(char.IsAsciiLetter) ? type : "without a name";

    private FileFormatException Fault(string what, string remedy) => new(_name, what, remedy);
}
