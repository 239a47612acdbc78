using System.Text.Json.Nodes;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;
using NnUNet.Imaging.Formats.Pictures;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.Tiff;

/// <summary>An open TIFF file: its pages, and which slice and channel each is.</summary>
internal sealed class TiffFile
{
    private const int FirstVoxels = 1 << 20;
    private const string CutOffRemedy = "the file is cut off or damaged; copy it again";

    private readonly Stream _content;
    private readonly string _name;
    private readonly bool _bigEndian;
    private readonly TiffPage[] _pages;
    private readonly TiffLayout _layout;

    private TiffFile(Stream content, string name, (string File, JsonObject Json)? spacing)
    {
        (_content, _name) = (content, name);
        _pages = [.. TiffDirectories.Read(content, name, out _bigEndian).Where(static p => !p.IsReduced)];
        if (_pages.Length == 0) throw new FileFormatException(name, "all its pages are smaller copies of one that is missing", CutOffRemedy);

        TiffPage first = _pages[0];
        if (Array.Find(_pages, p => (p.Width, p.Height, p.Samples, p.Kind, p.Bits) != (first.Width, first.Height, first.Samples, first.Kind, first.Bits)) is { } other)
        {
            throw new FileFormatException(name, $"page 1 has {first.Width}x{first.Height} pixels of {first.Samples} {first.Kind.NumpyName()}, but page {other.Index + 1} has {other.Width}x{other.Height} of {other.Samples} {other.Kind.NumpyName()}", "save pages that belong together as one file");
        }

        _layout = TiffLayout.Of(name, first, _pages.Length);
        if (HasPicturesBehindThePage && (first.Compression != 1 || first.Down > 1 || first.Tiled || first.Planar || first.Samples > 1))
        {
            throw new FileFormatException(name, $"ImageJ says {_layout.Pictures} pictures, but the file has one page", "save it again");
        }

        Header = Describe(spacing);
    }

    /// <summary>Size, channels, geometry, number type and warnings.</summary>
    public ImageHeader Header { get; }

    /// <summary>Reads the pages of a file, but no pixels.</summary>
    /// <param name="content">A stream that can seek, at its first byte.</param>
    /// <param name="name">What the image is called in errors.</param>
    /// <param name="spacing">The JSON file that tells its spacing; null for none.</param>
    /// <exception cref="FileFormatException">The file is cut off, damaged or of a kind that is not supported.</exception>
    public static TiffFile Open(Stream content, string name, (string File, JsonObject Json)? spacing) => new(content, name, spacing);

    /// <summary>Reads every channel.</summary>
    /// <exception cref="FileFormatException">The pixels are damaged.</exception>
    public IReadOnlyList<Volume<float>> ReadChannels() =>
        [.. Read<float>((raw, into) => NumberKinds.Convert(raw, First.Kind, into)).Select(voxels => new Volume<float>(voxels, Header.Extent, Header.Geometry))];

    /// <summary>Reads labels.</summary>
    /// <exception cref="FileFormatException">There are several channels, the pixels are damaged, or one is no label.</exception>
    public Volume<short> ReadLabels()
    {
        if (Header.Channels != 1) throw ImageFile.NotOneLabel(_name, Header.Channels);
        NoLabels others = new();
        short[] labels = Read(LabelConversion.From(First.Kind, others))[0];
        others.ThrowIfAny(_name);
        return new Volume<short>(labels, Header.Extent, Header.Geometry);
    }

    private TiffPage First => _pages[0];

    /// <summary>ImageJ writes stacks of more than 4 GB as one page, with the other pictures behind it.</summary>
    private bool HasPicturesBehindThePage => _pages.Length == 1 && _layout.Pictures > 1;

    private ImageHeader Describe((string File, JsonObject Json)? spacing)
    {
        Extent extent = new(_layout.Slices, First.Height, First.Width);
        long channels = (long)_layout.Channels * First.Samples;
        if (extent.Count > Array.MaxLength) throw new FileFormatException(_name, $"the file has {extent} voxels, but a volume has at most {Array.MaxLength}", "divide it");
        if (HasPicturesBehindThePage && (Int128)First.Offsets[0] + ((Int128)_layout.Pictures * PictureBytes) > _content.Length)
        {
            throw new FileFormatException(_name, $"ImageJ says {_layout.Pictures} pictures of {PictureBytes} bytes, but the file has {_content.Length}", CutOffRemedy);
        }

        List<string> warnings = [];
        if (First.Photometric == 0) warnings.Add("its numbers mean white at 0, and are read as they are stored");
        if (First.Photometric == 3) warnings.Add("its numbers are places in a palette of colours, and are read as they are stored");
        if (First.Compression == 7) warnings.Add("JPEG changes values where it compresses; keep originals without it");
        return new ImageHeader(extent, (int)channels, Geometry(extent, spacing), First.Kind.NumpyName(), warnings);
    }

    private long PictureBytes => First.PartRowBytes * First.Height;

    private ImageGeometry Geometry(Extent extent, (string File, JsonObject Json)? spacing)
    {
        if (spacing is { } told) return TiffSpacingFile.Read(told.File, told.Json, extent.Z);
        if (_layout.Exact is { } exact && (exact.Dimensions == 3 || extent.Z == 1)) return exact;
        (double z, double y, double x) = (OrOne(_layout.Spacing.Z), OrOne(_layout.Spacing.Y), OrOne(_layout.Spacing.X));
        return extent.Z == 1 ? PixelDensity.Flat(x, y) : ImageGeometry.FromSpacing(new Spacing(z, y, x));
    }

    private static double OrOne(double spacing) => spacing > 0 && double.IsFinite(spacing) ? spacing : 1;

    /// <summary>All channels, converted line by line; memory grows with the pages that are read.</summary>
    private T[][] Read<T>(ChunkConverter<T> convert)
        where T : unmanaged
    {
        int slice = First.Width * First.Height, slices = _layout.Slices;
        int capacity = (int)Math.Min((long)slice * slices, Math.Max(FirstVoxels, slice));
        T[][] channels = new T[Header.Channels][];
        using PageReader pages = new(this);
        for (int picture = 0; picture < _layout.Channels * slices; picture++)
        {
            (int channel, int z) = _layout.ChannelsFirst ? (picture % _layout.Channels, picture / _layout.Channels) : (picture / slices, picture % slices);
            byte[][] planes = pages.Read(picture);
            for (int sample = 0; sample < planes.Length; sample++)
            {
                ref T[] voxels = ref channels[(channel * First.Samples) + sample];
                voxels ??= new T[capacity];
                long needed = (long)(z + 1) * slice;
                if (needed > voxels.Length) Array.Resize(ref voxels, (int)Math.Min((long)slice * slices, Math.Max(needed, voxels.Length * 4L)));
                int rowBytes = First.Width * First.Kind.Size();
                for (int y = 0; y < First.Height; y++) convert(planes[sample].AsSpan(y * rowBytes, rowBytes), voxels.AsSpan((z * slice) + (y * First.Width), First.Width));
            }
        }

        return channels;
    }

    /// <summary>Reads pages one after the other into planes of one sample each, in the machine's byte order.</summary>
    private sealed class PageReader(TiffFile file) : IDisposable
    {
        private readonly TiffPage _first = file.First;
        private TiffDecoder? _decoder;
        private byte[][] _planes = [];
        private byte[] _part = [];

        public byte[][] Read(int picture)
        {
            TiffPage page = file.HasPicturesBehindThePage ? _first : file._pages[picture];
            long behind = file.HasPicturesBehindThePage ? picture * file.PictureBytes : 0;
            int planeBytes = checked(_first.Width * _first.Height * _first.Kind.Size());
            int perPlane = page.Across * page.Down;
            for (int part = 0; part < page.Offsets.Length; part++)
            {
                int down = part / page.Across % page.Down, across = part % page.Across;
                int rows = page.RowsOf(down);
                int count = checked((int)(page.PartRowBytes * rows));
                if (_part.Length < count) _part = new byte[count];
                Fill(page, part, behind, count);
                if (_planes.Length == 0) _planes = [.. Enumerable.Range(0, page.Samples).Select(_ => new byte[planeBytes])]; // after the first part was there
                Place(page, page.Planar ? part / perPlane : 0, across * page.PartWidth, down * page.PartHeight, rows);
            }

            return _planes;
        }

        public void Dispose() => _decoder?.Dispose();

        private void Fill(TiffPage page, int part, long behind, int count)
        {
            if (page.IsPlainDeflate && TryInflate(page, part, count)) return;
            if (page.Compression != 1)
            {
                _decoder ??= new TiffDecoder(file._content, file._name);
                _decoder.Read(page, part, _part, count);
                return;
            }

            file._content.Seek(page.Offsets[part] + behind, SeekOrigin.Begin);
            file._content.ReadExactly(_part.AsSpan(0, count));
            Turn(page, count);
        }

        /// <summary>Decompresses a part with the runtime's own inflate, several times as fast as the library; what cannot be read so is left to it, which says what is wrong.</summary>
        private bool TryInflate(TiffPage page, int part, int count)
        {
            try
            {
                file._content.Seek(page.Offsets[part], SeekOrigin.Begin);
                using CheckedZlibStream zlib = new(file._content, page.Counts[part]);
                zlib.ReadExactly(_part.AsSpan(0, count));
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                return false;
            }

            Turn(page, count);
            return true;
        }

        private void Turn(TiffPage page, int count)
        {
            if (file._bigEndian == BitConverter.IsLittleEndian) NumberKinds.Swap(_part.AsSpan(0, count), page.Kind.Size());
        }

        private void Place(TiffPage page, int plane, int x0, int y0, int rows)
        {
            int size = page.Kind.Size(), columns = Math.Min(page.PartWidth, page.Width - x0);
            for (int y = 0; y < Math.Min(rows, page.Height - y0); y++)
            {
                ReadOnlySpan<byte> line = _part.AsSpan((int)(y * page.PartRowBytes), (int)page.PartRowBytes);
                int to = (((y0 + y) * page.Width) + x0) * size;
                for (int sample = 0; sample < page.PartSamples; sample++)
                {
                    Span<byte> into = _planes[plane + sample].AsSpan(to, columns * size);
                    if (page.Bits == 1) Unpack(line, into, page.PartSamples, sample);
                    else if (page.PartSamples == 1) line[..into.Length].CopyTo(into);
                    else Pick(line, into, size, page.PartSamples, sample);
                }
            }
        }

        private static void Unpack(ReadOnlySpan<byte> line, Span<byte> into, int samples, int sample)
        {
            for (int x = 0; x < into.Length; x++)
            {
                int bit = (x * samples) + sample;
                into[x] = (byte)((line[bit / 8] >> (7 - (bit % 8))) & 1);
            }
        }

        private static void Pick(ReadOnlySpan<byte> line, Span<byte> into, int size, int samples, int sample)
        {
            for (int x = 0; x < into.Length / size; x++) line.Slice(((x * samples) + sample) * size, size).CopyTo(into[(x * size)..]);
        }
    }
}
