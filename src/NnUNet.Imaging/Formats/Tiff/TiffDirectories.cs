using System.Buffers.Binary;
using System.Text;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats.Tiff;

/// <summary>Reads the directories of a TIFF or BigTIFF file, and checks every number before anything is allocated for it or a decoder sees it.</summary>
/// <remarks>Source: TIFF revision 6.0 and the BigTIFF proposal.</remarks>
internal sealed class TiffDirectories
{
    private const int MostSamples = 1 << 10;
    private const int MostDescription = 1 << 24;
    private const long LargestRatio = 3000; // of LZW, which expands most of those that are read
    private const string CutOffRemedy = "the file is cut off or damaged; copy it again";

    private readonly Stream _content;
    private readonly string _name;
    private readonly bool _big;
    private readonly bool _swapped; // big-endian
    private readonly HashSet<long> _seen = [];
    private long _promised;

    private TiffDirectories(Stream content, string name, bool big, bool bigEndian) => (_content, _name, _big, _swapped) = (content, name, big, bigEndian);

    /// <summary>Whether bytes begin as a TIFF file does.</summary>
    public static bool Begins(ReadOnlySpan<byte> start) =>
        start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) || start.StartsWith("II+\0\b\0\0\0"u8) || start.StartsWith("MM\0+\0\b\0\0"u8);

    /// <summary>All pages of a file.</summary>
    /// <param name="content">A stream that can seek, at its first byte.</param>
    /// <param name="name">What the image is called in errors.</param>
    /// <param name="bigEndian">Whether its numbers are big-endian.</param>
    /// <exception cref="FileFormatException">The file is cut off, damaged or of a kind that is not supported.</exception>
    public static IReadOnlyList<TiffPage> Read(Stream content, string name, out bool bigEndian)
    {
        byte[] start = new byte[16];
        content.Position = 0;
        int got = content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (got < 8 || !Begins(start.AsSpan(0, got))) throw new FileFormatException(name, "the file does not begin as a TIFF file does", "check that it is one, and not cut off");

        bigEndian = start[0] == 'M';
        bool big = start[bigEndian ? 3 : 2] == '+';
        if (big && got < 16) throw new FileFormatException(name, $"the file ends after {got} bytes", CutOffRemedy);
        TiffDirectories directories = new(content, name, big, bigEndian);
        return directories.All(big ? directories.Long8(start.AsSpan(8)) : directories.Long(start.AsSpan(4)));
    }

    private List<TiffPage> All(long at)
    {
        List<TiffPage> pages = [];
        while (at != 0)
        {
            if (!_seen.Add(at)) throw Fault("its directories lead in a circle", CutOffRemedy);
            (Dictionary<TiffTag, Entry> entries, long next) = Directory(at);
            pages.Add(Page(pages.Count, entries));
            at = next;
        }

        return pages.Count > 0 ? pages : throw Fault("the file has no page", CutOffRemedy);
    }

    private (Dictionary<TiffTag, Entry> Entries, long Next) Directory(long at)
    {
        int sizeOfCount = _big ? 8 : 2, sizeOfEntry = _big ? 20 : 12, sizeOfNext = _big ? 8 : 4;
        byte[] count = Bytes(at, sizeOfCount, "a directory");
        long entries = _big ? Long8(count) : Short(count);
        if (entries is <= 0 or > ushort.MaxValue) throw Fault($"the directory at byte {at} has {entries} entries", CutOffRemedy);

        byte[] bytes = Bytes(at + sizeOfCount, (entries * sizeOfEntry) + sizeOfNext, "a directory");
        Dictionary<TiffTag, Entry> result = [];
        for (int i = 0; i < entries; i++)
        {
            Span<byte> b = bytes.AsSpan(i * sizeOfEntry, sizeOfEntry);
            (int tag, int type) = (Short(b), Short(b[2..]));
            long values = _big ? Long8(b[4..]) : Long(b[4..]);
            int inline = _big ? 8 : 4;
            int size = SizeOf(type);
            if (size == 0) continue; // a type of the future, which is to be passed over
            if (values < 0 || values > _content.Length) throw Fault($"entry {tag} of a directory promises {values} values, but the file has {_content.Length} bytes", CutOffRemedy);
            Span<byte> value = b[^inline..];
            long offset = _big ? Long8(value) : Long(value);
            if (values * size > inline && (offset < 0 || offset > _content.Length - (values * size))) throw Fault($"entry {tag} of a directory promises {values * size} bytes at byte {offset}, but the file has {_content.Length}", CutOffRemedy);
            result.TryAdd((TiffTag)tag, new Entry(type, values, size, values * size > inline ? offset : -1, value.ToArray()));
        }

        Span<byte> last = bytes.AsSpan((int)entries * sizeOfEntry);
        return (result, _big ? Long8(last) : Long(last));
    }

    private TiffPage Page(int index, Dictionary<TiffTag, Entry> entries)
    {
        long width = Number(entries, TiffTag.Width, 0), height = Number(entries, TiffTag.Height, 0), samples = Number(entries, TiffTag.SamplesPerPixel, 1);
        if (width is <= 0 or > int.MaxValue || height is <= 0 or > int.MaxValue || width * height > Array.MaxLength) throw Fault($"page {index + 1} has {width}x{height} pixels, but a page has 1 to {Array.MaxLength}", CutOffRemedy);
        if (samples is < 1 or > MostSamples) throw Fault($"page {index + 1} has {samples} samples a pixel, but at most {MostSamples} are read", CutOffRemedy);

        long[] bits = Numbers(entries, TiffTag.BitsPerSample, MostSamples, 1), formats = Numbers(entries, TiffTag.SampleFormat, MostSamples, 1);
        if (bits.Distinct().Count() > 1 || formats.Distinct().Count() > 1) throw Fault($"the samples of page {index + 1} have different types", "save them alike, or one file a channel");
        long compression = Number(entries, TiffTag.Compression, 1), photometric = Number(entries, TiffTag.Photometric, 1), fill = Number(entries, TiffTag.FillOrder, 1), planar = Number(entries, TiffTag.PlanarConfiguration, 1);
        if (compression is not (1 or 5 or 7 or 8 or 32773 or 32946)) throw Fault($"the pixels are compressed by method {compression}{NameOf(compression)}, which is not read", "save it again without compression, or with LZW or deflate");
        if (fill != 1 && compression == 1) throw Fault("the bits of its bytes are in reverse order", "save it again with another program");
        if (planar is not (1 or 2)) throw Fault($"its samples are arranged by method {planar}, which TIFF does not have", CutOffRemedy);
        if (photometric == 6 && compression != 7) throw Fault("its colours are stored as YCbCr", "save it as RGB");

        bool tiled = entries.ContainsKey(TiffTag.TileOffsets);
        long partWidth = tiled ? Number(entries, TiffTag.TileWidth, 0) : width, partHeight = tiled ? Number(entries, TiffTag.TileHeight, 0) : Math.Min(height, Number(entries, TiffTag.RowsPerStrip, height));
        if (partWidth is <= 0 or > int.MaxValue || partHeight is <= 0 or > int.MaxValue) throw Fault($"page {index + 1} has parts of {partWidth}x{partHeight} pixels", CutOffRemedy);

        TiffPage page = new()
        {
            Index = index,
            Width = (int)width,
            Height = (int)height,
            Samples = (int)samples,
            Bits = bits[0] is > 0 and <= 64 ? (int)bits[0] : 0,
            Kind = KindOf(bits[0], formats[0], index),
            Compression = (int)compression,
            Photometric = photometric is >= 0 and <= ushort.MaxValue ? (int)photometric : -1,
            Planar = planar == 2 && samples > 1,
            Tiled = tiled,
            PartWidth = (int)partWidth,
            PartHeight = (int)partHeight,
            Offsets = [],
            Counts = [],
            IsPlainDeflate = compression is 8 or 32946 && Number(entries, TiffTag.Predictor, 1) == 1 && fill == 1 && bits[0] >= 8,
            IsReduced = (Number(entries, TiffTag.SubfileType, 0) & 1) != 0,
            Description = Text(entries, TiffTag.Description),
            Resolution = (Rational(entries, TiffTag.ResolutionX), Rational(entries, TiffTag.ResolutionY)),
            ResolutionUnit = (int)Math.Clamp(Number(entries, TiffTag.ResolutionUnit, 2), 0, 255),
        };
        return WithParts(page, entries);
    }

    private TiffPage WithParts(TiffPage page, Dictionary<TiffTag, Entry> entries)
    {
        long parts = (long)page.Across * page.Down * (page.Planar ? page.Samples : 1);
        (TiffTag offsetTag, TiffTag countTag) = page.Tiled ? (TiffTag.TileOffsets, TiffTag.TileByteCounts) : (TiffTag.StripOffsets, TiffTag.StripByteCounts);
        if (parts > _content.Length) throw Fault($"page {page.Index + 1} promises {parts} parts, but the file has {_content.Length} bytes", CutOffRemedy);

        long[] offsets = Numbers(entries, offsetTag, parts, 0), counts = Numbers(entries, countTag, parts, 0);
        if (offsets.Length != parts || counts.Length != parts) throw Fault($"page {page.Index + 1} needs {parts} parts, but has {offsets.Length} places and {counts.Length} lengths of them", CutOffRemedy);
        for (int i = 0; i < parts; i++)
        {
            int down = (int)(i / page.Across % page.Down);
            Int128 size = (Int128)page.PartRowBytes * page.RowsOf(down);
            Int128 most = page.Compression == 1 ? counts[i] : (Int128)counts[i] * LargestRatio;
            if (counts[i] < 0 || offsets[i] < 0 || counts[i] > _content.Length || offsets[i] > _content.Length - counts[i]) throw Fault($"a part of page {page.Index + 1} has {counts[i]} bytes at byte {offsets[i]}, but the file has {_content.Length}", CutOffRemedy);
            if (size > most || size > Array.MaxLength) throw Fault($"a part of page {page.Index + 1} promises {size} bytes of pixels, but its {counts[i]} bytes can hold at most {most}", CutOffRemedy);
            _promised += counts[i];
        }

        // Pages that share their content would make a small file a large image.
        if (_promised > _content.Length) throw Fault($"its pages promise {_promised} bytes of pixels, but the file has {_content.Length}", CutOffRemedy);
        return page with { Offsets = offsets, Counts = counts };
    }

    private NumberKind KindOf(long bits, long format, int index) => (format, bits) switch
    {
        (1 or 4, 1) => NumberKind.UInt8,
        (1 or 4, 8) => NumberKind.UInt8,
        (1 or 4, 16) => NumberKind.UInt16,
        (1 or 4, 32) => NumberKind.UInt32,
        (1 or 4, 64) => NumberKind.UInt64,
        (2, 8) => NumberKind.Int8,
        (2, 16) => NumberKind.Int16,
        (2, 32) => NumberKind.Int32,
        (2, 64) => NumberKind.Int64,
        (3, 16) => NumberKind.Float16,
        (3, 32) => NumberKind.Float32,
        (3, 64) => NumberKind.Float64,
        _ => throw Fault($"the numbers of page {index + 1} have {bits} bits and format {format}, and 8, 16, 32 and 64 bits (1 for masks) of whole and floating numbers are read", "save it as one of these"),
    };

    private static string NameOf(long compression) => compression switch
    {
        2 or 3 or 4 => " (fax)",
        6 => " (old JPEG)",
        34712 or 33003 or 33005 => " (JPEG 2000)",
        34925 => " (LZMA)",
        50000 or 34926 => " (Zstandard)",
        50001 or 34927 => " (WebP)",
        34887 => " (LERC)",
        _ => "",
    };

    private long Number(Dictionary<TiffTag, Entry> entries, TiffTag tag, long otherwise) => Numbers(entries, tag, 1, otherwise)[0];

    /// <summary>The first values of an entry, at most as many; one value where there is no such entry.</summary>
    private long[] Numbers(Dictionary<TiffTag, Entry> entries, TiffTag tag, long most, long otherwise)
    {
        if (!entries.TryGetValue(tag, out Entry? entry) || entry.Count == 0) return [otherwise];
        if (entry.Type is not (1 or 3 or 4 or 16 or 13 or 18)) throw Fault($"entry {(int)tag} of a directory is no number", CutOffRemedy);

        long count = Math.Min(entry.Count, most);
        byte[] bytes = entry.Offset < 0 ? entry.Inline : Bytes(entry.Offset, count * entry.Size, "an entry");
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++)
        {
            Span<byte> b = bytes.AsSpan(i * entry.Size);
            numbers[i] = entry.Size switch
            {
                1 => b[0],
                2 => Short(b),
                4 => Long(b),
                _ => Long8(b),
            };
        }

        return numbers;
    }

    private double Rational(Dictionary<TiffTag, Entry> entries, TiffTag tag)
    {
        if (!entries.TryGetValue(tag, out Entry? entry) || entry.Type != 5 || entry.Count == 0) return 0;
        byte[] bytes = entry.Offset < 0 ? entry.Inline : Bytes(entry.Offset, 8, "an entry");
        double value = (double)Long(bytes) / Long(bytes.AsSpan(4));
        return double.IsFinite(value) ? value : 0;
    }

    private string Text(Dictionary<TiffTag, Entry> entries, TiffTag tag)
    {
        if (!entries.TryGetValue(tag, out Entry? entry) || entry.Type is not (1 or 2 or 7) || entry.Count > MostDescription) return "";
        byte[] bytes = entry.Offset < 0 ? entry.Inline[..(int)entry.Count] : Bytes(entry.Offset, entry.Count, "a text");
        return Encoding.UTF8.GetString(bytes).TrimEnd('\0');
    }

    private byte[] Bytes(long at, long count, string what)
    {
        if (at < 0 || count > _content.Length || at > _content.Length - count) throw Fault($"{what} of {count} bytes at byte {at} is promised, but the file has {_content.Length}", CutOffRemedy);
        byte[] bytes = new byte[count];
        _content.Seek(at, SeekOrigin.Begin); // unlike Position, this keeps what the file has in its buffer
        _content.ReadExactly(bytes);
        return bytes;
    }

    private ushort Short(ReadOnlySpan<byte> b) => _swapped ? BinaryPrimitives.ReadUInt16BigEndian(b) : BinaryPrimitives.ReadUInt16LittleEndian(b);

    private uint Long(ReadOnlySpan<byte> b) => _swapped ? BinaryPrimitives.ReadUInt32BigEndian(b) : BinaryPrimitives.ReadUInt32LittleEndian(b);

    private long Long8(ReadOnlySpan<byte> b) => _swapped ? BinaryPrimitives.ReadInt64BigEndian(b) : BinaryPrimitives.ReadInt64LittleEndian(b);

    private static int SizeOf(int type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 or 16 or 17 or 18 => 8,
        _ => 0,
    };

    private FileFormatException Fault(string what, string remedy) => new(_name, what, remedy);

    /// <summary>An entry of a directory.</summary>
    /// <param name="Type">TIFF's number of the values' type.</param>
    /// <param name="Count">Values.</param>
    /// <param name="Size">Bytes of a value.</param>
    /// <param name="Offset">Where they lie; -1 for in the entry itself.</param>
    /// <param name="Inline">The entry's own bytes.</param>
    private sealed record Entry(int Type, long Count, int Size, long Offset, byte[] Inline);
}
