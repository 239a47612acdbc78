using System.Globalization;
using System.IO.Compression;
using System.Text;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.MetaImage;

/// <summary>Writes MetaImage: labels compressed, images not, as ITK does it unasked; a single file, or a header with the voxels beside it.</summary>
internal static class MetaImageWriter
{
    private const string HeaderEnding = ".mhd";

    /// <summary>Whether a name is that of a header with the voxels beside it.</summary>
    public static bool IsHeader(string path) => path.EndsWith(HeaderEnding, StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes an image to a path.</summary>
    /// <param name="path">The file.</param>
    /// <param name="extent">Voxel counts (z, y, x).</param>
    /// <param name="geometry">Where the voxels lie.</param>
    /// <param name="voxels">The voxels.</param>
    public static void Write(string path, Extent extent, ImageGeometry geometry, VoxelBytes voxels)
    {
        WorldGeometry.CheckWritten(path, geometry);
        if (!IsHeader(path))
        {
            AtomicFile.Write(path, stream => Write(stream, path, extent, geometry, voxels));
            return;
        }

        // The header comes last: without it the voxels are not taken for an image.
        string stem = path[..^HeaderEnding.Length], data = stem + (IsCompressed(voxels) ? ".zraw" : ".raw");
        long stored = 0;
        AtomicFile.Write(data, stream =>
        {
            if (IsCompressed(voxels)) Zlib(stream, voxels);
            else voxels.Write(stream);
            stored = stream.Length;
        });
        AtomicFile.WriteText(path, Header(extent, geometry, voxels, stored, Path.GetFileName(data)));
        File.Delete(stem + (IsCompressed(voxels) ? ".raw" : ".zraw")); // of an earlier image of this name
    }

    /// <summary>Writes a single file into a stream.</summary>
    /// <exception cref="FileFormatException">The ending is that of a header with the voxels beside it.</exception>
    public static void Write(Stream into, string ending, Extent extent, ImageGeometry geometry, VoxelBytes voxels)
    {
        if (IsHeader(ending)) throw new FileFormatException(ending, "a header with its voxels beside it has two files, and a stream is one", "write .mha, or write both to a path");
        WorldGeometry.CheckWritten(ending, geometry);
        if (!IsCompressed(voxels))
        {
            into.Write(Encoding.UTF8.GetBytes(Header(extent, geometry, voxels, 0, "LOCAL")));
            voxels.Write(into);
            return;
        }

        using MemoryStream compressed = new(); // its length stands before it
        Zlib(compressed, voxels);
        into.Write(Encoding.UTF8.GetBytes(Header(extent, geometry, voxels, compressed.Length, "LOCAL")));
        compressed.Position = 0;
        compressed.CopyTo(into);
    }

    private static bool IsCompressed(VoxelBytes voxels) => voxels.Kind != NumberKind.Float32;

    private static void Zlib(Stream into, VoxelBytes voxels)
    {
        using ZLibStream zlib = new(into, voxels.Level, leaveOpen: true);
        voxels.Write(zlib);
    }

    private static string Header(Extent extent, ImageGeometry geometry, VoxelBytes voxels, long stored, string data)
    {
        int axes = geometry.Dimensions == 2 && extent.Z == 1 ? 2 : 3;
        int[] sizes = [extent.X, extent.Y, extent.Z];
        IEnumerable<int> each = Enumerable.Range(0, axes);
        string compressed = IsCompressed(voxels) ? $"CompressedData = True\nCompressedDataSize = {stored.ToString(CultureInfo.InvariantCulture)}" : "CompressedData = False";
        return string.Create(CultureInfo.InvariantCulture, $"""
            ObjectType = Image
            NDims = {axes}
            BinaryData = True
            BinaryDataByteOrderMSB = False
            {compressed}
            TransformMatrix = {Numbers(each.SelectMany(axis => each.Select(row => geometry.ItkDirection[(3 * row) + axis])))}
            Offset = {Numbers(each.Select(axis => geometry.ItkOrigin[axis]))}
            CenterOfRotation = {Numbers(each.Select(static _ => 0.0))}
            AnatomicalOrientation = {Orientation(geometry, axes)}
            ElementSpacing = {Numbers(each.Select(axis => geometry.ItkSpacing[axis]))}
            DimSize = {string.Join(' ', sizes[..axes])}
            ElementType = {MetaImageTypes.Name(voxels.Kind)}
            ElementDataFile = {data}

            """).ReplaceLineEndings("\n");
    }

    /// <summary>MetaImage's letters say where the axes come from: RAI leads to left, posterior and superior. In two dimensions they say nothing.</summary>
    private static string Orientation(ImageGeometry geometry, int axes) => axes == 2 ? "??" : string.Concat(NnUNet.Imaging.Orientation.Of(geometry).ToString().Select(static letter => letter switch
    {
        'L' => 'R',
        'R' => 'L',
        'P' => 'A',
        'A' => 'P',
        'S' => 'I',
        _ => 'S',
    }));

    private static string Numbers(IEnumerable<double> values) => string.Join(' ', values.Select(static v => (v + 0.0).ToString("R", CultureInfo.InvariantCulture)));
}
