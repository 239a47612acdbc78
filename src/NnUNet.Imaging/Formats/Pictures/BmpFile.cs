using System.Buffers.Binary;
using System.Numerics;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Pictures;

/// <summary>A BMP file: its header, checked, and its samples.</summary>
/// <remarks>A palette of greys is one channel, any other three; a mask for alpha makes a fourth.</remarks>
internal sealed class BmpFile
{
    private const int FileHeader = 14;
    private const int InfoHeader = 40;
    private const int PaletteOfGreys = 256 * 4;
    private const string CutOffRemedy = "the file is cut off or damaged; copy it again";

    private readonly Stream _content;
    private readonly string _name;
    private int _width;
    private int _height;
    private bool _topDown;
    private int _bits;
    private long _dataAt;
    private uint[] _masks = [];
    private byte[] _palette = []; // blue, green, red, and another byte where an entry has four
    private int _entry = 4;

    private BmpFile(Stream content, string name) => (_content, _name) = (content, name);

    /// <summary>Size, channels, geometry, number type and warnings.</summary>
    public ImageHeader Header { get; private set; } = null!;

    /// <summary>Reads the header and compares it with the bytes there are.</summary>
    /// <param name="content">A stream that can seek, at its first byte.</param>
    /// <param name="name">What the picture is called in errors.</param>
    /// <exception cref="FileFormatException">The file is cut off, damaged or of a kind that is not supported.</exception>
    public static BmpFile Open(Stream content, string name)
    {
        BmpFile file = new(content, name);
        file.ReadHeader();
        return file;
    }

    /// <summary>Writes a grey picture of 8 bits.</summary>
    /// <exception cref="FileFormatException">A sample is larger than 255, or the format has no place for the geometry.</exception>
    public static void Write(Stream into, string name, Extent extent, ImageGeometry geometry, ushort[] samples)
    {
        ushort largest = samples.Max();
        if (largest > byte.MaxValue) throw new FileFormatException(name, $"a BMP file holds numbers up to 255, but a voxel is {largest}", "write it as .png");
        if (geometry.ItkOrigin != ImageGeometry.Identity.ItkOrigin || geometry.ItkDirection != ImageGeometry.Identity.ItkDirection) throw new FileFormatException(name, "a BMP file has no place for the image's origin and direction", "write it as .png");

        int stride = ((extent.X + 3) / 4) * 4;
        long length = FileHeader + InfoHeader + PaletteOfGreys + ((long)stride * extent.Y);
        if (length > int.MaxValue) throw new FileFormatException(name, $"a BMP file of {length} bytes is too large", "write it as .png");
        byte[] bytes = new byte[length];
        Span<byte> b = bytes;
        "BM"u8.CopyTo(b);
        BinaryPrimitives.WriteInt32LittleEndian(b[2..], bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(b[10..], FileHeader + InfoHeader + PaletteOfGreys);
        BinaryPrimitives.WriteInt32LittleEndian(b[14..], InfoHeader);
        BinaryPrimitives.WriteInt32LittleEndian(b[18..], extent.X);
        BinaryPrimitives.WriteInt32LittleEndian(b[22..], extent.Y);
        BinaryPrimitives.WriteInt16LittleEndian(b[26..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(b[28..], 8);
        BinaryPrimitives.WriteInt32LittleEndian(b[34..], stride * extent.Y);
        if (geometry.ItkSpacing[0] != 1 || geometry.ItkSpacing[1] != 1)
        {
            BinaryPrimitives.WriteInt32LittleEndian(b[38..], int.CreateSaturating(Math.Round(1000 / geometry.ItkSpacing[0])));
            BinaryPrimitives.WriteInt32LittleEndian(b[42..], int.CreateSaturating(Math.Round(1000 / geometry.ItkSpacing[1])));
        }

        for (int grey = 0; grey < 256; grey++) b.Slice(FileHeader + InfoHeader + (4 * grey), 3).Fill((byte)grey);
        for (int y = 0; y < extent.Y; y++)
        {
            Span<byte> line = b[(FileHeader + InfoHeader + PaletteOfGreys + (stride * (extent.Y - 1 - y)))..];
            for (int x = 0; x < extent.X; x++) line[x] = (byte)samples[(y * extent.X) + x];
        }

        into.Write(bytes);
    }

    /// <summary>The samples of each channel, row by row from above.</summary>
    public ushort[][] Samples()
    {
        ushort[][] channels = [.. Enumerable.Range(0, Header.Channels).Select(_ => new ushort[_width * _height])];
        byte[] line = new byte[Stride];
        _content.Position = _dataAt;
        for (int row = 0; row < _height; row++)
        {
            _content.ReadExactly(line);
            int first = (_topDown ? row : _height - 1 - row) * _width;
            for (int x = 0; x < _width; x++) Place(line, x, channels, first + x);
        }

        return channels;
    }

    private long Stride => (((long)_width * _bits) + 31) / 32 * 4;

    private void Place(byte[] line, int x, ushort[][] channels, int to)
    {
        if (_bits <= 8)
        {
            int index = _entry * ((line[x * _bits / 8] >> (8 - _bits - (x * _bits % 8))) & ((1 << _bits) - 1));
            if (index + 2 >= _palette.Length) throw Fault($"a pixel has colour {index / _entry} of a palette of {_palette.Length / _entry}", CutOffRemedy);
            for (int c = 0; c < channels.Length; c++) channels[c][to] = _palette[index + 2 - c];
        }
        else if (_bits == 24)
        {
            for (int c = 0; c < 3; c++) channels[c][to] = line[(3 * x) + 2 - c];
        }
        else
        {
            uint pixel = _bits == 16 ? BinaryPrimitives.ReadUInt16LittleEndian(line.AsSpan(2 * x)) : BinaryPrimitives.ReadUInt32LittleEndian(line.AsSpan(4 * x));
            for (int c = 0; c < channels.Length; c++)
            {
                uint mask = _masks[c];
                ulong most = mask >> BitOperations.TrailingZeroCount(mask);
                channels[c][to] = (ushort)((((pixel & mask) >> BitOperations.TrailingZeroCount(mask)) * 255UL) / most);
            }
        }
    }

    private void ReadHeader()
    {
        byte[] b = new byte[FileHeader + 124];
        int got = _content.ReadAtLeast(b, b.Length, throwOnEndOfStream: false);
        if (got < FileHeader + 12 || b[0] != 'B' || b[1] != 'M') throw Fault("the file does not begin as a BMP file does", "check that it is one, and not cut off");

        _dataAt = BinaryPrimitives.ReadUInt32LittleEndian(b.AsSpan(10));
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(b.AsSpan(14));
        if (size is not (12 or 40 or 52 or 56 or 108 or 124) || got < FileHeader + size) throw Fault($"the header says that it has {size} bytes, which no header of BMP has", CutOffRemedy);

        uint compression = 0, colours = 0;
        double perMetreX = 0, perMetreY = 0;
        if (size == 12)
        {
            (_width, _height, _bits, _entry) = (BinaryPrimitives.ReadUInt16LittleEndian(b.AsSpan(18)), BinaryPrimitives.ReadUInt16LittleEndian(b.AsSpan(20)), BinaryPrimitives.ReadUInt16LittleEndian(b.AsSpan(24)), 3);
        }
        else
        {
            (_width, _height, _bits) = (BinaryPrimitives.ReadInt32LittleEndian(b.AsSpan(18)), BinaryPrimitives.ReadInt32LittleEndian(b.AsSpan(22)), BinaryPrimitives.ReadUInt16LittleEndian(b.AsSpan(28)));
            compression = BinaryPrimitives.ReadUInt32LittleEndian(b.AsSpan(30));
            (perMetreX, perMetreY) = (BinaryPrimitives.ReadInt32LittleEndian(b.AsSpan(38)), BinaryPrimitives.ReadInt32LittleEndian(b.AsSpan(42)));
            colours = BinaryPrimitives.ReadUInt32LittleEndian(b.AsSpan(46));
            _topDown = _height < 0;
            if (_height != int.MinValue) _height = Math.Abs(_height);
        }

        if (_width <= 0 || _height <= 0 || (long)_width * _height > Array.MaxLength) throw Fault($"the header says {_width}x{_height} pixels, but a picture has 1 to {Array.MaxLength}", CutOffRemedy);
        if (_bits is not (1 or 4 or 8 or 16 or 24 or 32)) throw Fault($"the header says {_bits} bits a pixel, but 1, 4, 8, 16, 24 and 32 are read", "save it as PNG");
        if (compression is not (0 or 3 or 6) || (compression != 0 && _bits is not (16 or 32))) throw Fault($"the pixels are compressed (method {compression}), and only BMP files without compression are read", "save it as PNG");

        long promised = _dataAt + (Stride * _height);
        if (promised > _content.Length) throw Fault($"the header promises {promised} bytes, but the file has {_content.Length}", CutOffRemedy);
        if (_bits <= 8) ReadPalette(FileHeader + size, colours);
        else if (_bits is 16 or 32) ReadMasks(b, size, got, compression);
        int channels = _bits <= 8 ? (Palette.IsGrey(_palette, _entry) ? 1 : 3) : _bits == 24 ? 3 : _masks.Length;
        Header = new ImageHeader(new Extent(1, _height, _width), channels, PixelDensity.Geometry(perMetreX, perMetreY), "uint8", []);
    }

    private void ReadPalette(long at, uint colours)
    {
        long entries = colours == 0 ? 1 << _bits : Math.Min(colours, 1 << _bits);
        if (at + (entries * _entry) > _content.Length) throw Fault($"the palette of {entries} colours reaches beyond the end of the file", CutOffRemedy);
        _palette = new byte[entries * _entry];
        _content.Position = at;
        _content.ReadExactly(_palette);
    }

    private void ReadMasks(byte[] header, uint size, int got, uint compression)
    {
        if (compression == 0)
        {
            _masks = _bits == 16 ? [0x7c00, 0x03e0, 0x001f] : [0xff0000, 0xff00, 0xff];
            return;
        }

        int count = compression == 6 || size >= 56 ? 4 : 3;
        if (got < FileHeader + InfoHeader + (4 * count)) throw Fault("the masks of the colours are missing", CutOffRemedy);
        uint[] masks = [.. Enumerable.Range(0, count).Select(c => BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(FileHeader + InfoHeader + (4 * c))))];
        if (count == 4 && masks[3] == 0) masks = masks[..3];
        if (Array.Exists(masks, static m => m == 0)) throw Fault("the mask of a colour is empty", CutOffRemedy);
        _masks = masks;
    }

    private FileFormatException Fault(string what, string remedy) => new(_name, what, remedy);
}
