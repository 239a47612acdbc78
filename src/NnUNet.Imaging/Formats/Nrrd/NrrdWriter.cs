using System.Globalization;
using System.Text;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.Nrrd;

/// <summary>Writes NRRD, compressed by gzip, in the space left-posterior-superior as ITK does: a single file, or a header with the voxels beside it.</summary>
internal static class NrrdWriter
{
    private const string HeaderEnding = ".nhdr";
    private const string VoxelEnding = ".raw.gz";

    /// <summary>Whether a name is that of a header with the voxels beside it.</summary>
    public static bool IsHeader(string path) => path.EndsWith(HeaderEnding, StringComparison.OrdinalIgnoreCase);

    /// <summary>The file with the voxels beside a header.</summary>
    public static string VoxelsOf(string header) => header[..^HeaderEnding.Length] + VoxelEnding;

    /// <summary>Writes an image.</summary>
    /// <param name="path">The file.</param>
    /// <param name="extent">Voxel counts (z, y, x).</param>
    /// <param name="geometry">Where the voxels lie.</param>
    /// <param name="voxels">The voxels.</param>
    /// <param name="segments">Lines that tell a segmentation's names; empty where there are none.</param>
    public static void Write(string path, Extent extent, ImageGeometry geometry, VoxelBytes voxels, string segments = "")
    {
        WorldGeometry.CheckWritten(path, geometry);
        if (!IsHeader(path))
        {
            AtomicFile.Write(path, stream => Write(stream, extent, geometry, voxels, segments));
            return;
        }

        // The header comes last: without it the voxels are not taken for an image.
        AtomicFile.Write(VoxelsOf(path), stream => VoxelBytes.Gzip(stream, voxels.Level, voxels.Write));
        AtomicFile.WriteText(path, Header(extent, geometry, voxels, segments, $"data file: {Path.GetFileName(VoxelsOf(path))}\n"));
    }

    /// <summary>Writes a single file into a stream.</summary>
    /// <exception cref="FileFormatException">The ending is that of a header with the voxels beside it.</exception>
    public static void Write(Stream into, string ending, Extent extent, ImageGeometry geometry, VoxelBytes voxels, string segments = "")
    {
        if (IsHeader(ending)) throw new FileFormatException(ending, "a header with its voxels beside it has two files, and a stream is one", "write .nrrd, or write both to a path");
        WorldGeometry.CheckWritten(ending, geometry);
        Write(into, extent, geometry, voxels, segments);
    }

    private static void Write(Stream into, Extent extent, ImageGeometry geometry, VoxelBytes voxels, string segments)
    {
        into.Write(Encoding.UTF8.GetBytes(Header(extent, geometry, voxels, segments, "\n")));
        VoxelBytes.Gzip(into, voxels.Level, voxels.Write);
    }

    private static string Header(Extent extent, ImageGeometry geometry, VoxelBytes voxels, string segments, string end)
    {
        int axes = geometry.Dimensions == 2 && extent.Z == 1 ? 2 : 3;
        int[] sizes = [extent.X, extent.Y, extent.Z];
        IEnumerable<int> each = Enumerable.Range(0, axes);
        string directions = string.Join(' ', each.Select(axis => Vector(each.Select(row => geometry.ItkDirection[(3 * row) + axis] * geometry.ItkSpacing[axis]))));
        return string.Create(CultureInfo.InvariantCulture, $"""
            NRRD0004
            type: {NrrdTypes.Name(voxels.Kind)}
            dimension: {axes}
            {(axes == 3 ? "space: left-posterior-superior" : "space dimension: 2")}
            sizes: {string.Join(' ', sizes[..axes])}
            space directions: {directions}
            kinds: {string.Join(' ', each.Select(static _ => "domain"))}
            endian: little
            encoding: gzip
            space origin: {Vector(each.Select(axis => geometry.ItkOrigin[axis]))}

            """).ReplaceLineEndings("\n") + segments + end;
    }

    private static string Vector(IEnumerable<double> values) => $"({string.Join(',', values.Select(static v => (v + 0.0).ToString("R", CultureInfo.InvariantCulture)))})";
}
