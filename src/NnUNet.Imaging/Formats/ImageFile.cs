using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats;

/// <summary>Reads and writes images of any known format. The file name's ending decides the format, unless the content is recognised as another one.</summary>
public static class ImageFile
{
    private const int StartBytes = 1024;
    private const string Unnamed = "image in a stream";

    /// <summary>The endings of all known formats, such as <c>.nii.gz</c>, in ordinal order.</summary>
    public static IReadOnlyList<string> Endings =>
        [.. Formats().SelectMany(static f => f.Endings).Order(StringComparer.Ordinal)];

    /// <summary>The endings under which images are written, in ordinal order.</summary>
    public static IReadOnlyList<string> WritableEndings =>
        [.. Formats().SelectMany(static f => f.WritableEndings).Order(StringComparer.Ordinal)];

    /// <summary>Whether the file's name has the ending of a known format; the file need not exist.</summary>
    public static bool IsImage(string path) => Find(path) is not null;

    /// <summary>Whether an image can be written under this name.</summary>
    public static bool CanWrite(string path) => Find(path) is { } found && CanWrite(found);

    /// <summary>The file's name without folder and without the ending of its format; null when the ending is not known.</summary>
    public static string? NameWithoutEnding(string path) =>
        Find(path) is { } found ? Path.GetFileName(path)[..^found.Ending.Length] : null;

    /// <summary>The file that opens the image to which another file belongs by its name, such as the <c>.hdr</c> beside an <c>.img</c>; null where the name is not that of such a file.</summary>
    /// <param name="path">A file, which need not exist.</param>
    public static string? OpeningFile(string path) => Formats().Select(f => f.OpeningFileOf(path)).FirstOrDefault(static p => p is not null);

    /// <summary>Reads size, geometry and number type, but no voxels.</summary>
    /// <exception cref="FileFormatException">The file is missing, cut off, damaged or of a kind that is not supported.</exception>
    public static ImageHeader ReadHeader(string path) => Read(path, static (format, path) => format.ReadHeader(path));

    /// <summary>Reads an image of one channel (z, y, x).</summary>
    /// <exception cref="FileFormatException">The file is unreadable or has several channels.</exception>
    /// <exception cref="DescribedException">The image is larger than <see cref="MemoryLimit"/> allows.</exception>
    public static Volume<float> ReadVolume(string path)
    {
        IReadOnlyList<Volume<float>> channels = Read(path, static (format, path) =>
        {
            CheckMemory(path, format.ReadHeader(path), sizeof(float), severalChannels: false);
            return format.ReadChannels(path);
        });
        return channels.Count == 1 ? channels[0] : throw NotOneChannel(path, channels.Count);
    }

    /// <summary>Reads every channel (the fourth axis) as one volume (z, y, x).</summary>
    /// <exception cref="FileFormatException">The file is missing, cut off, damaged or of a kind that is not supported.</exception>
    /// <exception cref="DescribedException">The image is larger than <see cref="MemoryLimit"/> allows.</exception>
    public static IReadOnlyList<Volume<float>> ReadChannels(string path) => Read(path, static (format, path) =>
    {
        CheckMemory(path, format.ReadHeader(path), sizeof(float), severalChannels: true);
        return format.ReadChannels(path);
    });

    /// <summary>Reads a label map (z, y, x).</summary>
    /// <exception cref="FileFormatException">The file is unreadable, has several channels, or a voxel is no integer in the range of a short.</exception>
    /// <exception cref="DescribedException">The image is larger than <see cref="MemoryLimit"/> allows.</exception>
    public static Volume<short> ReadLabels(string path) => Read(path, static (format, path) =>
    {
        ImageHeader header = format.ReadHeader(path);
        if (header.Channels != 1) throw NotOneLabel(path, header.Channels);
        CheckMemory(path, header, sizeof(short), severalChannels: false);
        return format.ReadLabels(path);
    });

    /// <summary>Writes a label map (z, y, x) with exactly its geometry: as uint8 where all labels fit, else as int16.</summary>
    /// <param name="path">The file; its ending chooses the format.</param>
    /// <param name="labels">The label map.</param>
    /// <param name="reference">The image that it belongs to; null where it is not known.</param>
    /// <exception cref="FileFormatException">The ending is not known, or the format is only read or cannot hold the volume.</exception>
    public static void WriteLabels(string path, Volume<short> labels, ImageLocation? reference = null) => Writer(path).WriteLabels(path, labels, reference);

    /// <summary>Writes a label map (z, y, x) with the names of its labels, where the format has a place for them (NIfTI: an extension of the header).</summary>
    /// <param name="path">The file; its ending chooses the format.</param>
    /// <param name="labels">The label map.</param>
    /// <param name="names">The names of labels by their values.</param>
    /// <param name="reference">The image that it belongs to; null where it is not known.</param>
    /// <exception cref="FileFormatException">The ending is not known, or the format is only read or cannot hold the volume.</exception>
    public static void WriteLabels(string path, Volume<short> labels, IReadOnlyDictionary<int, string> names, ImageLocation? reference = null) => Writer(path).WriteLabels(path, labels, names, reference);

    /// <summary>Writes a segmentation as <see cref="WriteLabels(string, Volume{short}, IReadOnlyDictionary{int, string}, ImageLocation?)"/> where its format should tell names (<see cref="ImageFormat.NamesLabels"/>), else without them.</summary>
    /// <inheritdoc cref="WriteLabels(string, Volume{short}, IReadOnlyDictionary{int, string}, ImageLocation?)"/>
    public static void WriteSegmentation(string path, Volume<short> labels, IReadOnlyDictionary<int, string> names, ImageLocation? reference = null)
    {
        if (Writer(path).NamesLabels(path)) WriteLabels(path, labels, names, reference);
        else WriteLabels(path, labels, reference);
    }

    /// <summary>Writes an image (z, y, x) as float32 with exactly its geometry.</summary>
    /// <param name="path">The file; its ending chooses the format.</param>
    /// <param name="volume">The image.</param>
    /// <param name="reference">The image that it was made from; null where it is not known.</param>
    /// <exception cref="FileFormatException">The ending is not known, or the format is only read or cannot hold the volume.</exception>
    public static void WriteVolume(string path, Volume<float> volume, ImageLocation? reference = null) => Writer(path).WriteVolume(path, volume, reference);

    /// <summary>Reads size, geometry and number type of an image in a stream, but no voxels.</summary>
    /// <param name="stream">The bytes of the image's one file, from the stream's position on. It stays open. What cannot be sought is read into memory as a whole.</param>
    /// <param name="name">
    /// A name as of a file, such as <c>ct.nii.gz</c>: its ending tells the format where the content does not, and errors name it. Null: the content tells.
    /// Images of several files, such as pairs of <c>.hdr</c> and <c>.img</c>, need paths.
    /// </param>
    /// <exception cref="FileFormatException">The content is of no known format, cut off, damaged or of a kind that is not supported, or the image has several files.</exception>
    public static ImageHeader ReadHeader(Stream stream, string? name = null) => Read(stream, name, static (format, content, name) => format.ReadHeader(content, name));

    /// <summary>Reads an image of one channel (z, y, x) from a stream.</summary>
    /// <inheritdoc cref="ReadHeader(Stream, string?)"/>
    /// <exception cref="DescribedException">The image, or a stream that cannot be sought, is larger than <see cref="MemoryLimit"/> allows.</exception>
    public static Volume<float> ReadVolume(Stream stream, string? name = null) => Read(stream, name, static (format, content, name) =>
    {
        CheckMemory(format, content, name, sizeof(float), severalChannels: false);
        IReadOnlyList<Volume<float>> channels = format.ReadChannels(content, name);
        return channels.Count == 1 ? channels[0] : throw NotOneChannel(name, channels.Count);
    });

    /// <summary>Reads every channel (the fourth axis) of an image in a stream as one volume (z, y, x).</summary>
    /// <inheritdoc cref="ReadHeader(Stream, string?)"/>
    /// <exception cref="DescribedException">The image, or a stream that cannot be sought, is larger than <see cref="MemoryLimit"/> allows.</exception>
    public static IReadOnlyList<Volume<float>> ReadChannels(Stream stream, string? name = null) => Read(stream, name, static (format, content, name) =>
    {
        CheckMemory(format, content, name, sizeof(float), severalChannels: true);
        return format.ReadChannels(content, name);
    });

    /// <summary>Reads a label map (z, y, x) from a stream.</summary>
    /// <inheritdoc cref="ReadHeader(Stream, string?)"/>
    /// <exception cref="DescribedException">The image, or a stream that cannot be sought, is larger than <see cref="MemoryLimit"/> allows.</exception>
    public static Volume<short> ReadLabels(Stream stream, string? name = null) => Read(stream, name, static (format, content, name) =>
    {
        CheckMemory(format, content, name, sizeof(short), severalChannels: true);
        return format.ReadLabels(content, name);
    });

    /// <summary>Writes a label map (z, y, x) into a stream, from its position on: the same bytes as <see cref="WriteLabels(string, Volume{short}, ImageLocation?)"/>.</summary>
    /// <param name="stream">Gets the bytes. It need not seek, and stays open.</param>
    /// <param name="labels">The label map.</param>
    /// <param name="ending">The ending of a file of that format; not one of images of several files, such as <c>.hdr</c>.</param>
    /// <exception cref="FileFormatException">The ending is not known, or the format is only read, makes several files or cannot hold the volume.</exception>
    public static void WriteLabels(Stream stream, Volume<short> labels, string ending = ".nii.gz") => Writer(ending).WriteLabels(stream, ending, labels);

    /// <summary>Writes an image (z, y, x) as float32 into a stream, from its position on: the same bytes as <see cref="WriteVolume(string, Volume{float}, ImageLocation?)"/>.</summary>
    /// <param name="stream">Gets the bytes. It need not seek, and stays open.</param>
    /// <param name="volume">The image.</param>
    /// <param name="ending">The ending of a file of that format; not one of images of several files, such as <c>.hdr</c>.</param>
    /// <exception cref="FileFormatException">The ending is not known, or the format is only read, makes several files or cannot hold the volume.</exception>
    public static void WriteVolume(Stream stream, Volume<float> volume, string ending = ".nii.gz") => Writer(ending).WriteVolume(stream, ending, volume);

    internal static FileFormatException NotOneChannel(string path, int channels) =>
        new(path, $"the image has {channels} channels where one is needed", "split it into one file a channel (nnunet convert_images does it)");

    internal static FileFormatException NotOneLabel(string path, int channels) => new(
        path, $"the image has {channels} channels where one is needed: labels are one number a voxel", "turn its colours into labels (nnunet convert_images --labels --label-colors FILE)");

    /// <summary>A new instance of every format of the catalogue.</summary>
    internal static ImageFormat[] Formats() => [.. Catalog<ImageFormat>.Names.Select(Catalog<ImageFormat>.Create)];

    /// <summary>Refuses an image by its header, before memory is taken for its voxels: a small file can hold a large image.</summary>
    private static void CheckMemory(string path, ImageHeader header, int bytesOfVoxel, bool severalChannels)
    {
        if (!severalChannels && header.Channels != 1) throw NotOneChannel(path, header.Channels);
        Int128 voxels = (Int128)header.Extent.Z * header.Extent.Y * header.Extent.X;
        if (voxels > Array.MaxLength) return; // no volume holds as many, which the format's reader says
        MemoryLimit.Check(path, ((long)voxels * header.Channels * bytesOfVoxel) + header.BytesWhileRead, $"the image of {header.Extent} voxels (z, y, x)");
    }

    private static void CheckMemory(ImageFormat format, Stream content, string name, int bytesOfVoxel, bool severalChannels)
    {
        CheckMemory(name, format.ReadHeader(content, name), bytesOfVoxel, severalChannels);
        content.Position = 0;
    }

    private static T Read<T>(string path, Func<ImageFormat, string, T> read)
    {
        ImageLocation location = ImageLocation.Of(path) ?? throw Unknown(path);
        if (!location.IsFolder) InputFile.Check(path);
        if (!location.Exists) throw new FileFormatException(path, "there is no such file", "check the name");

        try
        {
            return read(ByContent(location), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileFormatException(path, $"the file cannot be read ({e.Message})", "check the disk and the access rights", e);
        }
    }

    private static T Read<T>(Stream stream, string? name, Func<ImageFormat, Stream, string, T> read)
    {
        ImageFormat[] formats = Formats();
        ImageFormat? named = name is null ? null : (ImageLocation.OfFile(name, formats) ?? throw Unknown(name)).Format;
        name ??= Unnamed;
        try
        {
            using Stream content = StreamedFile.Seekable(stream, name);
            byte[] start = Start(content);
            content.Position = 0;
            ImageFormat format = (named?.Recognizes(start) == true ? named : Array.Find(formats, f => f.Recognizes(start)) ?? named)
                ?? throw new FileFormatException(name, "the content is not plainly of a known image format", $"give a name with its ending; known are {string.Join(", ", Endings)}");
            return read(format, content, name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileFormatException(name, $"the stream cannot be read ({e.Message.TrimEnd('.')})", "check where it comes from", e);
        }
    }

    /// <summary>The format of the content, where another one than the ending's recognises it.</summary>
    private static ImageFormat ByContent(ImageLocation location)
    {
        ImageFormat[] formats = Formats();
        if (location.IsFolder || formats.Length == 1) return location.Format;

        byte[] start = Start(location.Path);
        return location.Format.Recognizes(start) ? location.Format : Array.Find(formats, f => f.Recognizes(start)) ?? location.Format;
    }

    private static byte[] Start(string path)
    {
        using FileStream file = InputFile.Open(path, bufferSize: 1);
        return Start(file);
    }

    private static byte[] Start(Stream file)
    {
        byte[] start = new byte[StartBytes];
        int got = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (got < 2 || start[0] != 0x1f || start[1] != 0x8b) return start[..got];

        try
        {
            file.Position = 0;
            CheckedGzipStream content = new(file); // not disposed: the file goes on to be read
            return start[..content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return []; // damaged: the reader of the ending's format says how
        }
    }

    private static ImageFormat Writer(string path)
    {
        ImageLocation found = Find(path) ?? throw Unknown(path);
        return CanWrite(found) ? found.Format : throw ImageFormat.OnlyRead(path);
    }

    private static bool CanWrite(ImageLocation found) => found.Format.WritableEndings.Contains(found.Ending, StringComparer.OrdinalIgnoreCase);

    private static FileFormatException Unknown(string path) => new(
        path, "the ending is not that of a known image format", $"known are {string.Join(", ", Endings)}");

    private static ImageLocation? Find(string path) => ImageLocation.OfFile(path, Formats());
}
