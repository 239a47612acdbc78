using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.Nrrd;

/// <summary>What the axes of an NRRD file are: two or three of space, and at most one of channels, anywhere among them; with the geometry that ITK gives.</summary>
/// <remarks>
/// Source: ITK, NrrdImageIO::ReadImageInformation: spacings are the lengths of the space directions, RAS and LAS are turned into LPS, every
/// other space is taken as it is, and axes of kinds that are no positions are channels. ITK refuses an axis without a kind and
/// without a direction; here it is channels. ITK turns LAS by reversing the first coordinate, where the letters ask for the second;
/// here it is turned as ITK does it, with a warning, since images and labels of other programs on ITK lie there.
/// </remarks>
internal sealed record NrrdAxes
{
    private static readonly string[] Positions = ["", "???", "none", "unknown", "domain", "space", "time"];

    private static readonly Dictionary<string, (int Length, double[]? Signs)> Spaces = new(StringComparer.OrdinalIgnoreCase)
    {
        ["right-anterior-superior"] = (3, [-1, -1, 1]),
        ["ras"] = (3, [-1, -1, 1]),
        ["left-anterior-superior"] = (3, [-1, 1, 1]),
        ["las"] = (3, [-1, 1, 1]),
        ["left-posterior-superior"] = (3, [1, 1, 1]),
        ["lps"] = (3, [1, 1, 1]),
        ["scanner-xyz"] = (3, null),
        ["3d-right-handed"] = (3, null),
        ["3d-left-handed"] = (3, null),
    };

    private static readonly string[] SpacesOfTime =
    [
        "right-anterior-superior-time", "rast", "left-anterior-superior-time", "last", "left-posterior-superior-time", "lpst", "scanner-xyz-time", "3d-right-handed-time", "3d-left-handed-time",
    ];

    /// <summary>Voxel counts (z, y, x).</summary>
    public required Extent Extent { get; init; }

    /// <summary>Numbers of a voxel.</summary>
    public required int Channels { get; init; }

    /// <summary>Voxels that lie together for one channel.</summary>
    public required int Inner { get; init; }

    /// <summary>Where the voxels lie.</summary>
    public required ImageGeometry Geometry { get; init; }

    /// <summary>The axes that a header describes.</summary>
    /// <exception cref="FileFormatException">They are no image that can be read.</exception>
    public static NrrdAxes Of(string path, NrrdHeader header, List<string> warnings)
    {
        long axes = header.Whole("dimension", 0);
        if (axes is < 1 or > 16) throw new FileFormatException(path, $"the header says {axes} axes, but an NRRD file has 1 to 16", "copy or export the file again");

        int count = (int)axes;
        long[] sizes = header.Wholes("sizes", count);
        (int space, double[]? signs) = Space(path, header, warnings);
        double[]?[]? directions = space > 0 ? header.Vectors("spacedirections", count, space) : null;
        int channelAxis = ChannelAxis(path, header, sizes, directions);
        int[] spatial = [.. Enumerable.Range(0, count).Where(axis => axis != channelAxis)];
        if (spatial.Length is < 2 or > 3) throw new FileFormatException(path, $"the image has {spatial.Length} axes of space ({string.Join("x", sizes)})", "give a 2D or 3D image, with one more axis for channels at most");
        if (space > 0 && space != spatial.Length) throw new FileFormatException(path, $"the image has {spatial.Length} axes in a space of {space}", "export a 2D image without a position in 3D, or as one slice of three axes");

        long channels = channelAxis < 0 ? 1 : sizes[channelAxis];
        Extent extent = VoxelSizes.Checked(path, [.. spatial.Select(axis => sizes[axis])], channels);
        int inner = (int)(channelAxis < 0 ? extent.Count : sizes[..channelAxis].Aggregate(1L, static (product, size) => product * size));
        if (inner != extent.Count) VoxelSizes.CheckTogether(path, extent, (int)channels);

        (double[] spacing, double[] direction) = Directions(header, count, spatial, directions, space, warnings);
        double[] origin = Origin(header, count, spatial, sizes, space);
        if (signs is not null)
        {
            for (int i = 0; i < 3; i++)
            {
                origin[i] *= signs[i];
                for (int axis = 0; axis < 3; axis++) direction[(3 * i) + axis] *= signs[i];
            }
        }

        if (header["spaceunits"]?.Replace("\"", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() is { } unit
            && unit.ToLowerInvariant() is not ("mm" or "millimeter" or "millimetre" or "millimeters"))
        {
            warnings.Add($"the header's unit is \"{unit}\"; its numbers were taken as millimetres, as ITK does");
        }

        return new NrrdAxes { Extent = extent, Channels = (int)channels, Inner = inner, Geometry = WorldGeometry.Of(path, spatial.Length, spacing, origin, direction, warnings) };
    }

    /// <summary>The length of the vectors and what turns them into LPS: null where that is not known.</summary>
    private static (int Length, double[]? Signs) Space(string path, NrrdHeader header, List<string> warnings)
    {
        if (header["space"] is { } name)
        {
            if (SpacesOfTime.Contains(name.ToLowerInvariant())) throw new FileFormatException(path, $"the space \"{name}\" has an axis of time", "export one moment as an image of its own, or all as channels");
            if (!Spaces.TryGetValue(name, out (int Length, double[]? Signs) space)) throw new FileFormatException(path, $"the space \"{name}\" is not one of NRRD's", "export the image in the space left-posterior-superior");
            if (space.Signs is [-1, 1, 1]) warnings.Add($"the space \"{name}\" was turned as ITK does it, left for right, where its name asks for front and back; check the image's place, or export it in the space left-posterior-superior");
            if (space.Signs is null) warnings.Add($"the space \"{name}\" does not say where the patient's left is; its axes were taken as left, posterior, superior, as ITK does");
            return space;
        }

        long length = header.Whole("spacedimension", 0);
        if (length is < 0 or > 8) throw new FileFormatException(path, $"the header says {length} axes of space", "copy or export the file again");
        if (length == 3) warnings.Add("the header does not name its space; its axes were taken as left, posterior, superior, as ITK does");
        return ((int)length, null);
    }

    /// <summary>The axis of channels, or -1.</summary>
    private static int ChannelAxis(string path, NrrdHeader header, long[] sizes, double[]?[]? directions)
    {
        string[] kinds = header["kinds"]?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (kinds.Length > 0 && kinds.Length != sizes.Length) throw new FileFormatException(path, $"the field \"kinds\" has {kinds.Length} words for {sizes.Length} axes", "copy or export the file again");

        int[] found = [.. Enumerable.Range(0, sizes.Length).Where(axis =>
            (kinds.Length > 0 && !Positions.Contains(kinds[axis].ToLowerInvariant())) || (directions is not null && directions[axis] is null && directions.Any(static d => d is not null)))];
        if (found.Length == 0) return sizes.Length == 4 && directions is null ? 3 : -1;
        if (found.Length > 1) throw new FileFormatException(path, $"the image has {found.Length} axes that are no axes of space (kinds {header["kinds"]})", "export it with one axis of channels at most");
        if (kinds.Length > 0 && kinds[found[0]].Equals("complex", StringComparison.OrdinalIgnoreCase)) throw new FileFormatException(path, "the voxels are complex numbers, but only images of real numbers can be used", "export the magnitude");
        return found[0];
    }

    private static (double[] Spacing, double[] Direction) Directions(NrrdHeader header, int count, int[] spatial, double[]?[]? directions, int space, List<string> warnings)
    {
        double[] spacing = [1, 1, 1], direction = [1, 0, 0, 0, 1, 0, 0, 0, 1];
        double[]? spacings = header.Numbers("spacings", count);
        for (int i = 0; i < spatial.Length; i++)
        {
            if (directions?[spatial[i]] is { } vector)
            {
                spacing[i] = Math.Sqrt(vector.Sum(static v => v * v));
                for (int row = 0; row < space; row++) direction[(3 * row) + i] = spacing[i] > 0 ? vector[row] / spacing[i] : vector[row];
            }
            else if (spacings is not null && !double.IsNaN(spacings[spatial[i]]))
            {
                spacing[i] = spacings[spatial[i]];
            }
        }

        if (space > 0 && directions is null) warnings.Add("the header names a space, but no directions; the axes were taken as those of the space");
        return (spacing, direction);
    }

    /// <summary>The first voxel's centre: the space's origin, or the lower bound of each axis, as ITK takes it.</summary>
    private static double[] Origin(NrrdHeader header, int count, int[] spatial, long[] sizes, int space)
    {
        double[] origin = [0, 0, 0];
        if (space > 0)
        {
            if (header.Vectors("spaceorigin", 1, space)?[0] is { } vector && !double.IsNaN(vector[0])) vector.CopyTo(origin, 0);
            return origin;
        }

        double[]? least = header.Numbers("axismins", count), most = header.Numbers("axismaxs", count), spacings = header.Numbers("spacings", count);
        if (least is null || spatial.Any(axis => double.IsNaN(least[axis]))) return origin;
        string[] centers = header["centers"]?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? header["centerings"]?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
        for (int i = 0; i < spatial.Length; i++)
        {
            int axis = spatial[i];
            bool cell = axis >= centers.Length || !centers[axis].Equals("node", StringComparison.OrdinalIgnoreCase);
            double step = spacings?[axis] is { } s && !double.IsNaN(s) ? s : most?[axis] is { } m && !double.IsNaN(m) ? (m - least[axis]) / (cell ? sizes[axis] : Math.Max(1, sizes[axis] - 1)) : double.NaN;
            if (double.IsNaN(step)) return [0, 0, 0];
            origin[i] = least[axis] + (cell ? step / 2 : 0);
        }

        return origin;
    }
}
