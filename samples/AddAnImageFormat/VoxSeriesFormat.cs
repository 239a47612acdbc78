using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace AddAnImageFormat;

/// <summary>A folder that is one image: <c>slice_0000.vox</c>, <c>slice_0001.vox</c>, … are its slices, each with its own <c>.raw</c> and its own origin.</summary>
[CatalogName("vox series")]
public sealed class VoxSeriesFormat : ImageFormat
{
    private const double Tolerance = 1e-3;
    private static readonly VoxFormat Slice = new();

    /// <summary>A folder may have this ending or none; those that are written have it.</summary>
    public override IReadOnlyList<string> Endings => [".series"];

    /// <inheritdoc/>
    public override IReadOnlyList<string> WritableEndings => Endings;

    /// <inheritdoc/>
    public override bool IsImageFolder(string folder) => Slices(folder).Count > 0;

    /// <inheritdoc/>
    public override IReadOnlyList<string> FilesOf(string path) => Directory.Exists(path) ? [.. Slices(path).SelectMany(Slice.FilesOf)] : [path];

    /// <inheritdoc/>
    public override IReadOnlyList<string> MissingFilesOf(string path) => [.. Slices(path).SelectMany(Slice.MissingFilesOf)];

    /// <inheritdoc/>
    public override ImageHeader ReadHeader(string path)
    {
        ImageHeader[] slices = [.. SlicesOf(path).Select(Slice.ReadHeader)];
        ImageHeader first = slices[0];
        for (int z = 0; z < slices.Length; z++)
        {
            if (slices[z].Extent != first.Extent || first.Extent.Z != 1 || slices[z].Channels != 1) throw Damaged(path, $"slice {z} is not one slice of the first one's size");
            for (int axis = 0; axis < 3; axis++)
            {
                if (!(Math.Abs(slices[z].Geometry.ItkOrigin[axis] - Origin(first.Geometry, axis, z)) <= Tolerance)) throw Damaged(path, $"slice {z} is not where it should be, so that one may be missing");
            }
        }

        return first with { Extent = new Extent(slices.Length, first.Extent.Y, first.Extent.X) };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Volume<float>> ReadChannels(string path)
    {
        ImageHeader header = ReadHeader(path);
        return [new Volume<float>([.. SlicesOf(path).SelectMany(static s => Slice.ReadChannels(s)[0].Voxels)], header.Extent, header.Geometry)];
    }

    /// <inheritdoc/>
    public override void WriteLabels(string path, Volume<short> labels, ImageLocation? reference = null) =>
        Write(path, labels, static (file, slice) => Slice.WriteLabels(file, slice));

    /// <inheritdoc/>
    public override void WriteVolume(string path, Volume<float> volume, ImageLocation? reference = null) =>
        Write(path, volume, static (file, slice) => Slice.WriteVolume(file, slice));

    /// <summary>The folder gets its name when it has all slices. Names that begin with a dot are passed over everywhere.</summary>
    private static void Write<T>(string path, Volume<T> volume, Action<string, Volume<T>> write)
        where T : unmanaged
    {
        string temporary = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");
        Extent slice = volume.Extent with { Z = 1 };
        int voxels = slice.Y * slice.X;
        for (int z = 0; z < volume.Extent.Z; z++)
        {
            ImageGeometry geometry = volume.Geometry with { ItkOrigin = Enumerable.Range(0, 3).Select(a => Origin(volume.Geometry, a, z)).ToValueArray() };
            write(Path.Combine(temporary, $"slice_{z:0000}.vox"), new Volume<T>(volume.Voxels.AsSpan(z * voxels, voxels).ToArray(), slice, geometry));
        }

        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        Directory.Move(temporary, path);
    }

    private static double Origin(ImageGeometry geometry, int axis, int z) =>
        geometry.ItkOrigin[axis] + (z * geometry.ItkSpacing[2] * geometry.ItkDirection[(axis * 3) + 2]);

    private static IReadOnlyList<string> SlicesOf(string path) => Slices(path) is { Count: > 0 } slices ? slices : throw Damaged(path, "it is no folder of slices");

    private static IReadOnlyList<string> Slices(string folder) => VisibleFiles.In(folder, "slice_*.vox");

    private static FileFormatException Damaged(string path, string what) => new(path, what, "write the image again");
}
