using NnUNet.Foundation;
using NnUNet.Foundation.Streams;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.MetaImage;

/// <summary>An open MetaImage file: its header, checked, and its voxels.</summary>
/// <remarks>
/// Geometry as ITK's MetaImageIO gives it: each row of TransformMatrix is the direction of an axis; Offset counts before Origin, and that
/// before Position (as in ITK 5; MetaIO after it takes the first and last the other way round); AnatomicalOrientation and DistanceUnits change nothing. Of a header of version 1, ElementOrigin and ElementDirection
/// count. Source: MetaIO, metaObject.cxx and metaImage.cxx (M_Read).
/// </remarks>
internal sealed class MetaImageFile : IDisposable
{
    private readonly string _path;
    private readonly VoxelReader _reader;

    private MetaImageFile(string path, Stream stream)
    {
        _path = path;
        MetaImageHeader header = MetaImageHeader.Read(path, stream);
        if (header["ObjectType"] is { } type && type != "Image") throw new FileFormatException(path, $"the file holds an object of the type \"{type}\", not an image", "export the image itself");

        List<string> warnings = [];
        NumberKind kind = MetaImageTypes.Kind(path, header.Required("ElementType"));
        long axes = header.Whole("NDims", 0);
        if (axes is < 2 or > 4) throw new FileFormatException(path, $"the image has {axes} axes", "give a 2D, 3D or 4D image");
        long[] sizes = header.Wholes("DimSize", (int)axes);
        long numbers = header.Whole("ElementNumberOfChannels", 1);
        if (axes == 4 && sizes[3] > 1 && numbers > 1) throw new FileFormatException(path, $"the image has {sizes[3]} volumes of {numbers} channels", "split it into one file a volume");

        bool inVolumes = axes == 4 && sizes[3] != 1;
        int channels = (int)Math.Clamp(inVolumes ? sizes[3] : numbers, int.MinValue, int.MaxValue);
        Extent extent = VoxelSizes.Checked(path, sizes.AsSpan(0, (int)Math.Min(axes, 3)), channels);
        if (!inVolumes && channels > 1) VoxelSizes.CheckTogether(path, extent, channels);
        if ((header.Numbers(1, "ElementToIntensityFunctionSlope")?[0] ?? 1) != 1 || (header.Numbers(1, "ElementToIntensityFunctionOffset")?[0] ?? 0) != 0)
        {
            warnings.Add("the header states a slope or an offset of intensities, which were not applied, as in ITK");
        }

        if (header["DistanceUnits"] is { } unit && unit is not ("mm" or "?" or "")) warnings.Add($"the header's unit is \"{unit}\"; its numbers were taken as millimetres, as ITK does");
        Files = FilesOf(path, header, sizes);
        ImageGeometry geometry = GeometryOf(path, header, (int)axes, warnings);
        Header = new ImageHeader(extent, channels, geometry, kind.NumpyName(), warnings);
        _reader = new VoxelReader(path, LayoutOf(path, header, kind, extent, channels, inVolumes), stream);
    }

    /// <summary>Size, geometry, number type and warnings.</summary>
    public ImageHeader Header { get; }

    /// <summary>The other files with the voxels; null where they lie in this one.</summary>
    public IReadOnlyList<string>? Files { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="FileFormatException">The header is cut off, damaged or describes no image that can be read.</exception>
    public static MetaImageFile Open(string path) => Open(path, InputFile.Open(path, options: FileOptions.SequentialScan));

    /// <summary>Reads the header of a file that is given as a stream.</summary>
    /// <param name="content">Its bytes: a stream that can seek, at its first byte. It is disposed with the file.</param>
    /// <param name="name">What the image is called in errors.</param>
    /// <exception cref="FileFormatException">The header is cut off, damaged, describes no image that can be read, or one whose voxels lie elsewhere.</exception>
    public static MetaImageFile Open(Stream content, string name)
    {
        MetaImageFile file = Open(name, content);
        if (file.Files is null) return file;

        file.Dispose();
        throw new FileFormatException(name, "this is a header whose voxels lie in another file", "read it by its path, or give it as a single .mha");
    }

    /// <summary>The files with the voxels, compressed ones where they alone are there; null where the voxels lie behind the header.</summary>
    public static IReadOnlyList<string>? FilesOf(MetaImageHeader header) =>
        header.Files() is not { } files ? null : files.Count == 1 && IsOnlyCompressed(files[0]) ? [files[0] + ".gz"] : files;

    /// <summary>Checks whether the file can hold the voxels, without reading them; says nothing where they lie in others.</summary>
    public void CheckPromise() => _reader.CheckPromise();

    /// <summary>Every channel as floats.</summary>
    public IReadOnlyList<Volume<float>> ReadChannels() => [.. _reader.ReadFloats().Select(voxels => new Volume<float>(voxels, Header.Extent, Header.Geometry))];

    /// <summary>The labels of an image of one channel.</summary>
    public Volume<short> ReadLabels() => Header.Channels == 1
        ? new Volume<short>(_reader.ReadLabels()[0], Header.Extent, Header.Geometry)
        : throw ImageFile.NotOneChannel(_path, Header.Channels);

    public void Dispose() => _reader.Dispose();

    private static MetaImageFile Open(string path, Stream stream)
    {
        try
        {
            return new MetaImageFile(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static IReadOnlyList<string>? FilesOf(string path, MetaImageHeader header, long[] sizes)
    {
        IReadOnlyList<string>? files = FilesOf(header);
        if (files is null or { Count: 1 }) return files;

        Int128 needed = 1;
        foreach (long size in sizes.AsSpan(header.AxesOfFile(sizes.Length))) needed *= size;
        return files.Count >= needed
            ? [.. files.Take((int)needed)]
            : throw new FileFormatException(path, $"the header names {files.Count} files with voxels, but the image needs {needed}", "copy all lines of the header");
    }

    private static bool IsOnlyCompressed(string file) => !File.Exists(file) && File.Exists(file + ".gz");

    private static ImageGeometry GeometryOf(string path, MetaImageHeader header, int axes, List<string> warnings)
    {
        bool isNew = header.Whole("FileFormatVersion", 0) != 0;
        double[]? spacings = header.Numbers(axes, "ElementSize", "ElementSpacing");
        double[]? origins = isNew ? header.Numbers(axes, "Offset", "ImagePosition", "ElementOrigin") : header.Numbers(axes, "Position", "Origin", "Offset", "ImagePosition");
        string[] stated = [.. ((string[])["Position", "Origin", "Offset", "ImagePosition"]).Where(field => !isNew && header[field] is not null)];
        if (stated.Select(field => header[field]).Distinct().Count() > 1) warnings.Add($"the header states the image's place as {string.Join(" and as ", stated)}, which differ; {stated[^1]} was taken, as ITK 5 does");
        double[]? matrix = isNew ? header.Numbers(axes * axes, "TransformMatrix", "ElementDirection") : header.Numbers(axes * axes, "Orientation", "Rotation", "TransformMatrix");
        double[] spacing = [1, 1, 1], origin = [0, 0, 0], direction = [1, 0, 0, 0, 1, 0, 0, 0, 1];
        for (int axis = 0; axis < Math.Min(axes, 3); axis++)
        {
            spacing[axis] = spacings?[axis] ?? 1;
            origin[axis] = origins?[axis] ?? 0;
            for (int row = 0; row < Math.Min(axes, 3) && matrix is not null; row++) direction[(3 * row) + axis] = matrix[(axis * axes) + row];
        }

        return WorldGeometry.Of(path, Math.Min(axes, 3), spacing, origin, direction, warnings);
    }

    private VoxelLayout LayoutOf(string path, MetaImageHeader header, NumberKind kind, Extent extent, int channels, bool inVolumes)
    {
        bool binary = header.IsTrue("BinaryData", true);
        bool compressed = (binary && header.IsTrue("CompressedData", false)) || (Files is [{ } only] && only.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) && header.Files()![0] != only);
        long skip = header.Whole("HeaderSize", 0), stored = header.Whole("CompressedDataSize", 0);
        if (skip < -1 || stored < 0 || (skip == -1 && compressed)) throw new FileFormatException(path, $"the header states {skip} bytes before the voxels and {stored} compressed bytes", "copy or export the file again");
        VoxelLayout layout = new()
        {
            Kind = kind,
            BigEndian = header.IsTrue("BinaryDataByteOrderMSB", header.IsTrue("ElementByteOrderMSB", false)),
            Extent = extent,
            Channels = channels,
            Inner = inVolumes || channels == 1 ? (int)extent.Count : 1,
            Encoding = compressed ? VoxelEncoding.Zlib : binary ? VoxelEncoding.Raw : VoxelEncoding.Text,
            Files = Files,
            Start = skip > 0 ? skip : Files is null ? header.End : 0,
            FromEnd = skip == -1 ? 0 : null,
            StoredLength = compressed && stored > 0 && Files is null or { Count: 1 } ? stored : null,
        };
        return layout.Count % layout.Parts == 0 ? layout : throw new FileFormatException(path, $"{layout.Count} numbers cannot be divided among {layout.Parts} files", "copy all lines of the header");
    }
}
