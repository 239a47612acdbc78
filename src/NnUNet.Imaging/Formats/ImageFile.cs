using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats;

/// <summary>Reads and writes images of any known format, chosen by the file name's ending.</summary>
public static class ImageFile
{
    /// <summary>The endings of all known formats, such as <c>.nii.gz</c>, in ordinal order.</summary>
    public static IReadOnlyList<string> Endings =>
        [.. Formats().SelectMany(static f => f.Endings).Order(StringComparer.Ordinal)];

    /// <summary>Whether the file's name has the ending of a known format; the file need not exist.</summary>
    public static bool IsImage(string path) => Find(path) is not null;

    /// <summary>The file's name without folder and without the ending of its format; null when the ending is not known.</summary>
    public static string? NameWithoutEnding(string path) =>
        Find(path) is { } found ? Path.GetFileName(path)[..^found.Ending.Length] : null;

    /// <summary>Reads size, geometry and number type, but no voxels.</summary>
    /// <exception cref="FileFormatException">The file is missing, cut off, damaged or of a kind that is not supported.</exception>
    public static ImageHeader ReadHeader(string path) => Read(path, static (format, path) => format.ReadHeader(path));

    /// <summary>Reads an image of one channel (z, y, x).</summary>
    /// <exception cref="FileFormatException">The file is unreadable or has several channels.</exception>
    public static Volume<float> ReadVolume(string path)
    {
        IReadOnlyList<Volume<float>> channels = ReadChannels(path);
        return channels.Count == 1 ? channels[0] : throw NotOneChannel(path, channels.Count);
    }

    /// <summary>Reads every channel (the fourth axis) as one volume (z, y, x).</summary>
    /// <exception cref="FileFormatException">The file is missing, cut off, damaged or of a kind that is not supported.</exception>
    public static IReadOnlyList<Volume<float>> ReadChannels(string path) => Read(path, static (format, path) => format.ReadChannels(path));

    /// <summary>Reads a label map (z, y, x).</summary>
    /// <exception cref="FileFormatException">The file is unreadable, has several channels, or a voxel is no integer in the range of a short.</exception>
    public static Volume<short> ReadLabels(string path) => Read(path, static (format, path) => format.ReadLabels(path));

    /// <summary>Writes a label map (z, y, x) with exactly its geometry: as uint8 where all labels fit, else as int16.</summary>
    /// <exception cref="FileFormatException">The ending is not known or the format cannot hold the volume.</exception>
    public static void WriteLabels(string path, Volume<short> labels) => Get(path).WriteLabels(path, labels);

    /// <summary>Writes an image (z, y, x) as float32 with exactly its geometry.</summary>
    /// <exception cref="FileFormatException">The ending is not known or the format cannot hold the volume.</exception>
    public static void WriteVolume(string path, Volume<float> volume) => Get(path).WriteVolume(path, volume);

    internal static FileFormatException NotOneChannel(string path, int channels) =>
        new(path, $"the image has {channels} channels where one is needed", "split it into one file a channel");

    private static T Read<T>(string path, Func<ImageFormat, string, T> read)
    {
        ImageFormat format = Get(path);
        if (!File.Exists(path)) throw new FileFormatException(path, "there is no such file", "check the name");

        try
        {
            return read(format, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileFormatException(path, $"the file cannot be read ({e.Message})", "check the disk and the access rights", e);
        }
    }

    private static ImageFormat Get(string path) => Find(path)?.Format ?? throw new FileFormatException(
        path, "the ending is not that of a known image format", $"known are {string.Join(", ", Endings)}");

    private static (ImageFormat Format, string Ending)? Find(string path)
    {
        (ImageFormat Format, string Ending)? best = null;
        foreach (ImageFormat format in Formats())
        {
            foreach (string ending in format.Endings)
            {
                if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase) && ending.Length > (best?.Ending.Length ?? 0)) best = (format, ending);
            }
        }

        return best;
    }

    private static IEnumerable<ImageFormat> Formats() => Catalog<ImageFormat>.Names.Select(Catalog<ImageFormat>.Create);
}
