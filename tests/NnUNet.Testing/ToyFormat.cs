using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Testing;

/// <summary>A second image format, which is only read: one row of voxels as text behind <c>TOY</c>; a folder of such files named <c>slice*.toy</c> is one image.</summary>
[CatalogName("toy")]
public sealed class ToyFormat : ImageFormat
{
    /// <summary>Adds the format to the known ones.</summary>
    public static void Register() => CatalogAssemblies.Add(typeof(ToyFormat).Assembly);

    public override IReadOnlyList<string> Endings => [".toy"];

    public override bool Recognizes(ReadOnlySpan<byte> start) => start.StartsWith("TOY"u8);

    public override bool IsImageFolder(string folder) => Slices(folder).Count > 0;

    public override IReadOnlyList<string> FilesOf(string path) => Directory.Exists(path) ? Slices(path) : [path];

    public override ImageHeader ReadHeader(string path) => new(ReadChannels(path)[0].Extent, 1, ImageGeometry.Identity, "float32", []);

    public override IReadOnlyList<Volume<float>> ReadChannels(string path)
    {
        float[] voxels = [.. FilesOf(path).SelectMany(static f => File.ReadAllText(f).Split(' ').Skip(1)).Select(static v => float.Parse(v, CultureInfo.InvariantCulture))];
        return [new Volume<float>(voxels, new Extent(FilesOf(path).Count, 1, voxels.Length / FilesOf(path).Count))];
    }

    private static IReadOnlyList<string> Slices(string folder) => VisibleFiles.In(folder, "slice*.toy");
}
