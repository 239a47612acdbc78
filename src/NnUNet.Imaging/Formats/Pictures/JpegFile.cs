using System.Buffers.Binary;
using BitMiracle.LibJpeg.Classic;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Pictures;

/// <summary>A JPEG file: its markers, checked by our own code, and its samples, decoded by LibJpeg.NET.</summary>
/// <remarks>The decoder sees only files whose size in pixels fits their size in bytes, and what it warns of counts as damage.</remarks>
internal sealed class JpegFile
{
    // A block of 8 x 8 pixels takes at least one bit in the scan of its mean value.
    private const long BlocksOfByte = 8;
    private const int MostScans = 500; // ten are usual; each passes over all blocks
    private const int BlockEdge = 8;
    private const double InchesOfMetre = 1000 / 25.4;
    private const string CutOffRemedy = "the file is cut off or damaged; copy it again";

    private readonly byte[] _bytes;
    private readonly string _name;
    private double _perMetreX;
    private double _perMetreY;

    private JpegFile(byte[] bytes, string name) => (_bytes, _name) = (bytes, name);

    /// <summary>The three bytes with which every JPEG file begins.</summary>
    public static ReadOnlySpan<byte> Signature => [0xff, 0xd8, 0xff];

    /// <summary>Size, channels, geometry, number type and warnings.</summary>
    public ImageHeader Header { get; private set; } = null!;

    /// <summary>Reads all markers.</summary>
    /// <param name="content">A stream that can seek, at its first byte.</param>
    /// <param name="name">What the picture is called in errors.</param>
    /// <exception cref="FileFormatException">The file is cut off, damaged or of a kind that is not supported.</exception>
    public static JpegFile Open(Stream content, string name)
    {
        if (content.Length > Array.MaxLength) throw new FileFormatException(name, $"the file has {content.Length} bytes, but at most {Array.MaxLength} are read", "divide the picture");
        MemoryLimit.Check(name, content.Length, "the file");
        byte[] bytes = new byte[content.Length];
        int got = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        JpegFile file = new(bytes[..got], name);
        file.ReadMarkers();
        return file;
    }

    /// <summary>The samples of each channel, row by row from above.</summary>
    /// <exception cref="FileFormatException">The compressed content is damaged.</exception>
    public ushort[][] Samples()
    {
        try
        {
            return Decode();
        }
        catch (Exception e) when (e is not (DescribedException or OutOfMemoryException))
        {
            throw new FileFormatException(_name, $"the compressed content is damaged ({e.Message.TrimEnd('.')})", CutOffRemedy, e);
        }
    }

    private ushort[][] Decode()
    {
        jpeg_decompress_struct jpeg = new(new Quiet());
        using MemoryStream source = new(_bytes, writable: false);
        jpeg.jpeg_stdio_src(source);
        jpeg.jpeg_read_header(true);
        jpeg.Out_color_space = Header.Channels == 1 ? J_COLOR_SPACE.JCS_GRAYSCALE : J_COLOR_SPACE.JCS_RGB;
        jpeg.jpeg_start_decompress();
        (int width, int height) = (Header.Extent.X, Header.Extent.Y);
        if (jpeg.Output_width != width || jpeg.Output_height != height || jpeg.Output_components != Header.Channels) throw new FileFormatException(_name, "the picture's size changes within the file", CutOffRemedy);

        ushort[][] channels = [.. Enumerable.Range(0, Header.Channels).Select(_ => new ushort[width * height])];
        byte[][] line = [new byte[width * channels.Length]];
        for (int y = 0; y < height; y++)
        {
            if (jpeg.jpeg_read_scanlines(line, 1) != 1 || jpeg.Err.Num_warnings > 0) throw new FileFormatException(_name, $"the compressed content is damaged or ends before line {y + 1} of {height}", CutOffRemedy);
            for (int c = 0; c < channels.Length; c++)
            {
                for (int x = 0; x < width; x++) channels[c][(y * width) + x] = line[0][(x * channels.Length) + c];
            }
        }

        return channels;
    }

    private void ReadMarkers()
    {
        if (!_bytes.AsSpan().StartsWith(Signature)) throw Fault("the file does not begin as a JPEG file does", "check that it is one, and not cut off");

        int at = 2, scans = 0;
        while (true)
        {
            while (at < _bytes.Length && _bytes[at] != 0xff) at++; // compressed content
            while (at < _bytes.Length && _bytes[at] == 0xff) at++;
            if (at >= _bytes.Length) break;

            byte marker = _bytes[at++];
            if (marker == 0xd9) break;
            if (marker is 0 or 1 or (>= 0xd0 and <= 0xd8)) continue; // no marker, or one without content

            int length = at + 2 <= _bytes.Length ? BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(at)) : 0;
            if (length < 2 || at + length > _bytes.Length) throw Fault($"the segment at byte {at} promises {length} bytes, but the file has {_bytes.Length}", CutOffRemedy);

            Span<byte> content = _bytes.AsSpan(at + 2, length - 2);
            if (marker == 0xda && ++scans > MostScans) throw Fault($"the picture has more than {MostScans} scans", "save it again with another program");
            if (marker == 0xe0) ReadDensity(content);
            else if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc)) ReadFrame(marker, content);
            at += length;
        }

        if (Header is null) throw Fault("the file has no frame (SOF)", CutOffRemedy);
        if (scans == 0) throw Fault("the file has no pixels (SOS)", CutOffRemedy);
        Header = Header with { Geometry = PixelDensity.Geometry(_perMetreX, _perMetreY) };
    }

    private void ReadDensity(Span<byte> content)
    {
        if (content.Length < 12 || !content.StartsWith("JFIF\0"u8)) return;
        double unit = content[7] switch
        {
            1 => InchesOfMetre,
            2 => 100,
            _ => 0,
        };
        (_perMetreX, _perMetreY) = (unit * BinaryPrimitives.ReadUInt16BigEndian(content[8..]), unit * BinaryPrimitives.ReadUInt16BigEndian(content[10..]));
    }

    private void ReadFrame(byte marker, Span<byte> content)
    {
        if (Header is not null) throw Fault("the file has several frames", CutOffRemedy);
        if (content.Length < 6) throw Fault("the frame is cut off", CutOffRemedy);
        (int bits, int height, int width, int components) = (content[0], BinaryPrimitives.ReadUInt16BigEndian(content[1..]), BinaryPrimitives.ReadUInt16BigEndian(content[3..]), content[5]);
        if (marker is not (0xc0 or 0xc1 or 0xc2) || bits != 8) throw Fault($"the picture is JPEG of a rare kind (frame {marker:X2}, {bits} bits), and only baseline and progressive JPEG of 8 bits is read", "save it as PNG");
        if (components is not (1 or 3)) throw Fault($"the picture has {components} colour components, but grey (1) and coloured (3) ones are read", "save it as PNG with red, green and blue");
        if (width == 0 || height == 0) throw Fault($"the header says {width}x{height} pixels", CutOffRemedy);

        long blocks = (long)((width + BlockEdge - 1) / BlockEdge) * ((height + BlockEdge - 1) / BlockEdge);
        if (blocks > BlocksOfByte * _bytes.Length) throw Fault($"the header promises {width}x{height} pixels, which do not fit the file's {_bytes.Length} bytes", CutOffRemedy);
        Header = new ImageHeader(new Extent(1, height, width), components, ImageGeometry.Identity, "uint8", ["JPEG changes values where it compresses; keep originals as PNG or TIFF"]);
    }

    private FileFormatException Fault(string what, string remedy) => new(_name, what, remedy);

    /// <summary>Says nothing: errors are thrown, warnings are counted.</summary>
    private sealed class Quiet : jpeg_error_mgr
    {
        public override void output_message()
        {
        }
    }
}
