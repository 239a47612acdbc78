using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace AddAnImageFormat;

/// <summary>
/// A pair of files: <c>NAME.vox</c> says in lines of text what the image is, and <c>NAME.raw</c> has its voxels, channel by
/// channel in the order (z, y, x) with x fastest, little-endian.
/// </summary>
[CatalogName("vox")]
public sealed class VoxFormat : ImageFormat
{
    private const string Ending = ".vox";
    private const string FirstLine = "vox 1";
    private const int LargestHeader = 4096;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Endings => [Ending];

    /// <inheritdoc/>
    public override IReadOnlyList<string> WritableEndings => Endings;

    /// <inheritdoc/>
    public override bool Recognizes(ReadOnlySpan<byte> start) => start.StartsWith("vox 1\n"u8);

    /// <summary>The header and, where it is there, the file with the voxels: what is copied, moved and looked at for changes.</summary>
    public override IReadOnlyList<string> FilesOf(string path) => File.Exists(VoxelsOf(path)) ? [path, VoxelsOf(path)] : [path];

    /// <inheritdoc/>
    public override IReadOnlyList<string> MissingFilesOf(string path) => File.Exists(VoxelsOf(path)) ? [] : [VoxelsOf(path)];

    /// <inheritdoc/>
    public override ImageHeader ReadHeader(string path)
    {
        Dictionary<string, string> lines = Lines(path);
        double[] extent = Numbers(path, lines, "extent", 3);
        double channels = Numbers(path, lines, "channels", 1)[0];
        double dimensions = Numbers(path, lines, "dimensions", 1)[0];
        string type = lines.GetValueOrDefault("type", "");
        if (extent.Append(channels).Any(static n => n is < 1 or > int.MaxValue || n != Math.Floor(n))) throw Damaged(path, "extent and channels must be positive whole numbers");
        if (dimensions is not (2 or 3) || (dimensions == 2 && extent[0] != 1)) throw Damaged(path, "dimensions must be 3, or 2 for an image of one slice");
        if (Bytes(type) == 0) throw Damaged(path, $"the type {type} is not uint8, int16 or float32");

        ImageGeometry geometry = new()
        {
            Dimensions = (int)dimensions,
            ItkSpacing = Numbers(path, lines, "spacing", 3).ToValueArray(),
            ItkOrigin = Numbers(path, lines, "origin", 3).ToValueArray(),
            ItkDirection = Numbers(path, lines, "direction", 9).ToValueArray(),
        };
        if (geometry.ItkSpacing.Any(static s => s <= 0)) throw Damaged(path, "the spacing must be positive");
        return new ImageHeader(new Extent((int)extent[0], (int)extent[1], (int)extent[2]), (int)channels, geometry, type, []);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Volume<float>> ReadChannels(string path)
    {
        // Nothing is allocated before the file has what its header promises.
        ImageHeader header = ReadHeader(path);
        FileInfo file = new(VoxelsOf(path));
        Int128 promised = (Int128)header.Extent.Z * header.Extent.Y * header.Extent.X * header.Channels * Bytes(header.DataType);
        if (!file.Exists) throw Damaged(file.FullName, "the file with the voxels is missing");
        if (file.Length != promised || promised > Array.MaxLength) throw Damaged(file.FullName, $"it has {file.Length} bytes where the header says {promised}");

        byte[] bytes = File.ReadAllBytes(file.FullName);
        int perChannel = bytes.Length / header.Channels;
        return [.. Enumerable.Range(0, header.Channels).Select(c => new Volume<float>(Voxels(bytes.AsSpan(c * perChannel, perChannel), header.DataType), header.Extent, header.Geometry))];
    }

    /// <inheritdoc/>
    public override void WriteLabels(string path, Volume<short> labels, ImageLocation? reference = null)
    {
        bool small = labels.Voxels.All(static label => label is >= 0 and <= byte.MaxValue);
        byte[] bytes = new byte[labels.Voxels.Length * (small ? 1 : sizeof(short))];
        for (int i = 0; i < labels.Voxels.Length; i++)
        {
            if (small) bytes[i] = (byte)labels.Voxels[i];
            else BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(i * sizeof(short)), labels.Voxels[i]);
        }

        Write(path, labels.Extent, labels.Geometry, small ? "uint8" : "int16", bytes);
    }

    /// <inheritdoc/>
    public override void WriteVolume(string path, Volume<float> volume, ImageLocation? reference = null)
    {
        byte[] bytes = new byte[checked(volume.Voxels.Length * sizeof(float))];
        for (int i = 0; i < volume.Voxels.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), volume.Voxels[i]);
        Write(path, volume.Extent, volume.Geometry, "float32", bytes);
    }

    /// <summary>The header comes last: an image that is found is whole.</summary>
    private static void Write(string path, Extent extent, ImageGeometry geometry, string type, byte[] voxels)
    {
        AtomicFile.Write(VoxelsOf(path), stream => stream.Write(voxels));
        AtomicFile.WriteText(path, string.Create(CultureInfo.InvariantCulture, $"""
            {FirstLine}
            extent {extent.Z} {extent.Y} {extent.X}
            channels 1
            type {type}
            dimensions {geometry.Dimensions}
            spacing {Text(geometry.ItkSpacing)}
            origin {Text(geometry.ItkOrigin)}
            direction {Text(geometry.ItkDirection)}

            """).ReplaceLineEndings("\n"));
    }

    private static float[] Voxels(ReadOnlySpan<byte> bytes, string type)
    {
        float[] voxels = new float[bytes.Length / Bytes(type)];
        for (int i = 0; i < voxels.Length; i++)
        {
            voxels[i] = type switch
            {
                "uint8" => bytes[i],
                "int16" => BinaryPrimitives.ReadInt16LittleEndian(bytes[(i * sizeof(short))..]),
                _ => BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]),
            };
        }

        return voxels;
    }

    /// <summary>The header's lines by their first word.</summary>
    private static Dictionary<string, string> Lines(string path)
    {
        if (new FileInfo(path).Length > LargestHeader) throw Damaged(path, $"a header has at most {LargestHeader} bytes");

        string[] lines = File.ReadAllText(path, Encoding.UTF8).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.FirstOrDefault() != FirstLine) throw Damaged(path, $"its first line is not {FirstLine}");

        Dictionary<string, string> values = [];
        foreach (string line in lines.Skip(1)) values[line.Split(' ')[0]] = line[line.Split(' ')[0].Length..].Trim();
        return values;
    }

    private static double[] Numbers(string path, Dictionary<string, string> lines, string key, int count)
    {
        double[] numbers =
        [
            .. lines.GetValueOrDefault(key, "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(static word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN),
        ];
        return numbers.Length == count && numbers.All(double.IsFinite) ? numbers : throw Damaged(path, $"the line {key} must have {count} numbers");
    }

    private static int Bytes(string type) => type switch
    {
        "uint8" => 1,
        "int16" => sizeof(short),
        "float32" => sizeof(float),
        _ => 0,
    };

    private static string Text(ValueArray<double> values) => string.Join(' ', values.Select(static v => v.ToString(CultureInfo.InvariantCulture)));

    private static string VoxelsOf(string path) => Path.ChangeExtension(path, ".raw");

    private static FileFormatException Damaged(string path, string what) => new(path, what, "write the image again");
}
