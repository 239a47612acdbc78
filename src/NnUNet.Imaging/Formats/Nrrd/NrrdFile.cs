using NnUNet.Foundation;
using NnUNet.Foundation.Streams;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.Nrrd;

/// <summary>An open NRRD file: its header, checked, and its voxels.</summary>
internal sealed class NrrdFile : VoxelFile
{
    private readonly VoxelLayout _layout;
    private readonly NrrdSegments? _segments;

    private NrrdFile(string path, ImageHeader header, VoxelLayout layout, NrrdSegments? segments, Stream stream)
        : base(path, header, layout, stream) => (_layout, _segments) = (layout, segments);

    private bool HasLayers => _segments is { Layers: > 1 };

    /// <summary>Reads the header of an open file.</summary>
    /// <exception cref="FileFormatException">The header is cut off, damaged or describes no image that can be read.</exception>
    public static NrrdFile Read(string path, Stream stream)
    {
        NrrdHeader header = NrrdHeader.Read(path, stream);
        List<string> warnings = [];
        NrrdAxes axes = NrrdAxes.Of(path, header, warnings);
        NumberKind kind = NrrdTypes.Kind(path, header.Required("type"));
        VoxelLayout layout = LayoutOf(path, header, axes, kind);
        NrrdSegments? segments = NrrdSegments.Of(path, header.KeyValues, axes.Channels);
        if (segments is not null) warnings.AddRange(segments.Warnings);
        ImageHeader described = new(axes.Extent, segments is null ? axes.Channels : 1, axes.Geometry, kind.NumpyName(), warnings) { LabelNames = segments?.Names ?? ImageHeader.NoNames };
        return new NrrdFile(path, described, layout, segments, stream);
    }

    /// <summary>Every channel as floats; of a segmentation, its labels.</summary>
    public override IReadOnlyList<Volume<float>> ReadChannels() =>
        HasLayers ? [LabelConversion.ToFloat(new Volume<short>(ReadJoined(), Header.Extent, Header.Geometry))] : base.ReadChannels();

    /// <summary>The labels, the layers of a segmentation joined.</summary>
    protected override short[] ReadOnlyChannel() => HasLayers ? ReadJoined() : base.ReadOnlyChannel();

    private static VoxelLayout LayoutOf(string path, NrrdHeader header, NrrdAxes axes, NumberKind kind)
    {
        VoxelEncoding encoding = NrrdTypes.Encoding(path, header.Required("encoding"));
        long byteSkip = header.Whole("byteskip", 0), lineSkip = header.Whole("lineskip", 0);
        if (lineSkip < 0 || (byteSkip < 0 && encoding != VoxelEncoding.Raw) || byteSkip == long.MinValue) throw new FileFormatException(path, $"the voxels are said to begin {lineSkip} lines and {byteSkip} bytes into the content", "copy or export the file again");

        IReadOnlyList<string>? files = header.FilesThere();
        return new VoxelLayout
        {
            Kind = kind,
            BigEndian = BigEndian(path, header, kind, encoding),
            Extent = axes.Extent,
            Channels = axes.Channels,
            Inner = axes.Inner,
            Encoding = encoding,
            Files = files,
            Start = files is null ? header.End : 0,
            FromEnd = byteSkip < 0 ? -(byteSkip + 1) : null,
            LineSkip = byteSkip < 0 ? 0 : lineSkip,
            ByteSkip = Math.Max(0, byteSkip),
        };
    }

    private static bool BigEndian(string path, NrrdHeader header, NumberKind kind, VoxelEncoding encoding) => header["endian"]?.ToLowerInvariant() switch
    {
        "little" => false,
        "big" => true,
        null when kind.Size() == 1 || encoding == VoxelEncoding.Text => false,
        null => throw new FileFormatException(path, "the header does not say in which order the bytes of a number lie", "add the line \"endian: little\" (or big), or export the image again"),
        _ => throw new FileFormatException(path, $"the byte order \"{header["endian"]}\" is neither little nor big", "correct the line \"endian\", or export the image again"),
    };

    private short[] ReadJoined()
    {
        MemoryLimit.Check(Path, _layout.Count * 2 * sizeof(short), $"the segmentation of {_layout.Channels} layers");
        return _segments!.Join(Path, Reader.ReadLabels());
    }
}
