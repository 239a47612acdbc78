using System.Globalization;

namespace NnUNet.Client;

/// <summary>A file that is sent: a channel of an image, an archive of a series, or the segmentation of a cascade's first stage.</summary>
public sealed class ImagePart
{
    private readonly Func<Stream> _open;

    private ImagePart(string name, string fileName, Func<Stream> open, bool isFile) => (Name, FileName, _open, IsFile) = (name, fileName, open, isFile);

    /// <summary>What the part is called in the form.</summary>
    public string Name { get; }

    /// <summary>The name that is sent. Only its ending is: the service needs no more, and names may be those of patients.</summary>
    public string FileName { get; }

    /// <summary>A channel in a file.</summary>
    /// <param name="channel">Its number, from 0.</param>
    /// <param name="path">The file; its ending tells the format.</param>
    public static ImagePart Channel(int channel, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(ChannelName(channel), "image" + EndingOf(path), () => OpenFile(path), isFile: true);
    }

    /// <summary>A channel in a stream.</summary>
    /// <param name="channel">Its number, from 0.</param>
    /// <param name="content">The bytes from the stream's position on; read once, and left open.</param>
    /// <param name="ending">The ending of a file of that format, such as <c>.nii.gz</c>.</param>
    public static ImagePart Channel(int channel, Stream content, string ending = ".nii.gz")
    {
        ArgumentNullException.ThrowIfNull(content);
        return new(ChannelName(channel), "image" + ending, () => content, isFile: false);
    }

    /// <summary>A DICOM series in a zip archive.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="channel">The channel's number, from 0.</param>
    public static ImagePart Series(string path, int channel = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(string.Create(CultureInfo.InvariantCulture, $"series_{channel}"), "series.zip", () => OpenFile(path), isFile: true);
    }

    /// <summary>The segmentation by a cascade's first stage, which a model of the second stage needs, too.</summary>
    /// <param name="path">The file; its ending tells the format.</param>
    public static ImagePart PreviousStage(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new("previous_stage", "previous" + EndingOf(path), () => OpenFile(path), isFile: true);
    }

    /// <summary>Whether the bytes come from a file, which is closed after they are sent.</summary>
    internal bool IsFile { get; }

    /// <summary>Opens the bytes.</summary>
    internal Stream Open() => _open();

    private static string ChannelName(int channel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        return string.Create(CultureInfo.InvariantCulture, $"channel_{channel}");
    }

    /// <summary>The last two endings of a name, where the last is that of a compression.</summary>
    private static string EndingOf(string path)
    {
        string name = Path.GetFileName(path), last = Path.GetExtension(name);
        return last.Equals(".gz", StringComparison.OrdinalIgnoreCase) || last.Equals(".dcm", StringComparison.OrdinalIgnoreCase) || last.Equals(".nrrd", StringComparison.OrdinalIgnoreCase)
            ? KnownDouble(Path.GetExtension(Path.GetFileNameWithoutExtension(name))) + last
            : last;
    }

    private static string KnownDouble(string ending) => ending.ToLowerInvariant() is ".nii" or ".hdr" or ".seg" ? ending : "";

    private static FileStream OpenFile(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
}
