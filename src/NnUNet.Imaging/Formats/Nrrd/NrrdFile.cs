using NnUNet.Foundation;
using NnUNet.Foundation.Streams;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.Nrrd;

/// <summary>An open NRRD file: its header, checked, and its voxels.</summary>
internal sealed class NrrdFile : IDisposable
{
    private readonly string _path;
    private readonly VoxelReader _reader;
    private readonly VoxelLayout _layout;
    private readonly NrrdSegments? _segments;

    private NrrdFile(string path, Stream stream)
    {
        _path = path;
        NrrdHeader header = NrrdHeader.Read(path, stream);
        List<string> warnings = [];
        NrrdAxes axes = NrrdAxes.Of(path, header, warnings);
        NumberKind kind = NrrdTypes.Kind(path, header.Required("type"));
        VoxelEncoding encoding = NrrdTypes.Encoding(path, header.Required("encoding"));
        long byteSkip = header.Whole("byteskip", 0), lineSkip = header.Whole("lineskip", 0);
        if (lineSkip < 0 || (byteSkip < 0 && encoding != VoxelEncoding.Raw) || byteSkip == long.MinValue) throw new FileFormatException(path, $"the voxels are said to begin {lineSkip} lines and {byteSkip} bytes into the content", "copy or export the file again");

        Files = header.Files();
        _layout = new VoxelLayout
        {
            Kind = kind,
            BigEndian = BigEndian(path, header, kind, encoding),
            Extent = axes.Extent,
            Channels = axes.Channels,
            Inner = axes.Inner,
            Encoding = encoding,
            Files = Files,
            Start = Files is null ? header.End : 0,
            FromEnd = byteSkip < 0 ? -(byteSkip + 1) : null,
            LineSkip = byteSkip < 0 ? 0 : lineSkip,
            ByteSkip = Math.Max(0, byteSkip),
        };
        if (_layout.Count % _layout.Parts != 0) throw new FileFormatException(path, $"{_layout.Count} numbers cannot be divided among {_layout.Parts} files", "copy all lines of the header");

        _segments = NrrdSegments.Of(path, header.KeyValues, axes.Channels);
        if (_segments is not null) warnings.AddRange(_segments.Warnings);
        Header = new ImageHeader(axes.Extent, _segments is null ? axes.Channels : 1, axes.Geometry, kind.NumpyName(), warnings) { LabelNames = _segments?.Names ?? ImageHeader.NoNames };
        _reader = new VoxelReader(path, _layout, stream);
    }

    /// <summary>Size, geometry, number type, warnings, and the names of a segmentation's labels.</summary>
    public ImageHeader Header { get; }

    /// <summary>The other files with the voxels; null where they lie in this one.</summary>
    public IReadOnlyList<string>? Files { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="FileFormatException">The header is cut off, damaged or describes no image that can be read.</exception>
    public static NrrdFile Open(string path) => Open(path, InputFile.Open(path, options: FileOptions.SequentialScan));

    /// <summary>Reads the header of a file that is given as a stream.</summary>
    /// <param name="content">Its bytes: a stream that can seek, at its first byte. It is disposed with the file.</param>
    /// <param name="name">What the image is called in errors.</param>
    /// <exception cref="FileFormatException">The header is cut off, damaged, describes no image that can be read, or one whose voxels lie elsewhere.</exception>
    public static NrrdFile Open(Stream content, string name)
    {
        NrrdFile file = Open(name, content);
        if (file.Files is null) return file;

        file.Dispose();
        throw new FileFormatException(name, "this is a header whose voxels lie in another file", "read it by its path, or give it as a single .nrrd");
    }

    /// <summary>Checks whether the file can hold the voxels, without reading them; says nothing where they lie in others.</summary>
    public void CheckPromise() => _reader.CheckPromise();

    /// <summary>Every channel as floats; of a segmentation, its labels.</summary>
    public IReadOnlyList<Volume<float>> ReadChannels()
    {
        if (_segments is { Layers: > 1 })
        {
            return [LabelConversion.ToFloat(new Volume<short>(ReadJoined(), Header.Extent, Header.Geometry))];
        }

        return [.. _reader.ReadFloats().Select(voxels => new Volume<float>(voxels, Header.Extent, Header.Geometry))];
    }

    /// <summary>The labels, the layers of a segmentation joined.</summary>
    public Volume<short> ReadLabels()
    {
        if (Header.Channels != 1) throw ImageFile.NotOneChannel(_path, Header.Channels);
        short[] labels = _segments is { Layers: > 1 } ? ReadJoined() : _reader.ReadLabels()[0];
        return new Volume<short>(labels, Header.Extent, Header.Geometry);
    }

    public void Dispose() => _reader.Dispose();

    private short[] ReadJoined()
    {
        MemoryLimit.Check(_path, _layout.Count * 2 * sizeof(short), $"the segmentation of {_layout.Channels} layers");
        return _segments!.Join(_path, _reader.ReadLabels());
    }

    private static NrrdFile Open(string path, Stream stream)
    {
        try
        {
            return new NrrdFile(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static bool BigEndian(string path, NrrdHeader header, NumberKind kind, VoxelEncoding encoding) => header["endian"]?.ToLowerInvariant() switch
    {
        "little" => false,
        "big" => true,
        null when kind.Size() == 1 || encoding == VoxelEncoding.Text => false,
        null => throw new FileFormatException(path, "the header does not say in which order the bytes of a number lie", "add the line \"endian: little\" (or big), or export the image again"),
        _ => throw new FileFormatException(path, $"the byte order \"{header["endian"]}\" is neither little nor big", "correct the line \"endian\", or export the image again"),
    };
}
