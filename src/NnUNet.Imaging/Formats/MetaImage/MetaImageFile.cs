using NnUNet.Foundation;
using NnUNet.Foundation.Streams;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.MetaImage;

/// <summary>What the header of a MetaImage file says.</summary>
/// <remarks>
/// Geometry as ITK's MetaImageIO gives it: each row of TransformMatrix is the direction of an axis; Offset counts before Origin, and that
/// before Position (as in ITK 5; MetaIO after it takes the first and last the other way round); AnatomicalOrientation and DistanceUnits change nothing. Of a header of version 1, ElementOrigin and ElementDirection
/// count. Source: MetaIO, metaObject.cxx and metaImage.cxx (M_Read).
/// </remarks>
internal static class MetaImageFile
{
    /// <summary>Reads the header of an open file.</summary>
    /// <exception cref="FileFormatException">The header is cut off, damaged or describes no image that can be read.</exception>
    public static VoxelFile Read(string path, Stream stream)
    {
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
        IReadOnlyList<string>? files = FilesOf(path, header, sizes);
        ImageGeometry geometry = GeometryOf(path, header, (int)axes, warnings);
        VoxelLayout layout = new() { Kind = kind, Extent = extent, Channels = channels, Inner = inVolumes || channels == 1 ? (int)extent.Count : 1, Files = files };
        return new VoxelFile(path, new ImageHeader(extent, channels, geometry, kind.NumpyName(), warnings), Stored(path, header, layout), stream);
    }

    private static IReadOnlyList<string>? FilesOf(string path, MetaImageHeader header, long[] sizes)
    {
        IReadOnlyList<string>? files = header.FilesThere();
        if (files is null or { Count: 1 }) return files;

        Int128 needed = 1;
        foreach (long size in sizes.AsSpan(header.AxesOfFile(sizes.Length))) needed *= size;
        return files.Count >= needed
            ? [.. files.Take((int)needed)]
            : throw new FileFormatException(path, $"the header names {files.Count} files with voxels, but the image needs {needed}", "copy all lines of the header");
    }

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

    /// <summary>A layout that is told all but how the voxels are stored, with that.</summary>
    private static VoxelLayout Stored(string path, MetaImageHeader header, VoxelLayout layout)
    {
        bool binary = header.IsTrue("BinaryData", true);
        bool compressed = (binary && header.IsTrue("CompressedData", false)) || (layout.Files is [{ } only] && only.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) && header.Files()![0] != only);
        long skip = header.Whole("HeaderSize", 0), stored = header.Whole("CompressedDataSize", 0);
        if (skip < -1 || stored < 0 || (skip == -1 && compressed)) throw new FileFormatException(path, $"the header states {skip} bytes before the voxels and {stored} compressed bytes", "copy or export the file again");
        return layout with
        {
            BigEndian = header.IsTrue("BinaryDataByteOrderMSB", header.IsTrue("ElementByteOrderMSB", false)),
            Encoding = compressed ? VoxelEncoding.Zlib : binary ? VoxelEncoding.Raw : VoxelEncoding.Text,
            Start = skip > 0 ? skip : layout.Files is null ? header.End : 0,
            FromEnd = skip == -1 ? 0 : null,
            StoredLength = compressed && stored > 0 && layout.Files is null or { Count: 1 } ? stored : null,
        };
    }
}
