using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats;

/// <summary>What an image file says before its voxels are read.</summary>
/// <param name="Extent">Voxel counts (z, y, x); a 2D image has one slice.</param>
/// <param name="Channels">Length of the fourth axis; 1 for a plain image.</param>
/// <param name="Geometry">Where the voxels lie, in ITK's terms.</param>
/// <param name="DataType">The stored number type by numpy's name, such as <c>uint8</c> or <c>float32</c>.</param>
/// <param name="Warnings">Irregularities of the file and how they were resolved, one sentence each.</param>
public sealed record ImageHeader(Extent Extent, int Channels, ImageGeometry Geometry, string DataType, IReadOnlyList<string> Warnings)
{
    /// <summary>No names.</summary>
    internal static IReadOnlyDictionary<int, string> NoNames { get; } = new Dictionary<int, string>();

    /// <summary>The names of a label map's labels by their values, where the file tells them.</summary>
    /// <value>None.</value>
    public IReadOnlyDictionary<int, string> LabelNames { get; init; } = NoNames;

    /// <summary>Bytes that reading the voxels takes for a while beside these, such as those of a compressed file.</summary>
    internal long BytesWhileRead { get; init; }
}

/// <summary>
/// One image file format. A sealed class with <see cref="CatalogNameAttribute"/> and a parameterless constructor is found by
/// <see cref="ImageFile"/> through its <see cref="Endings"/>.
/// </summary>
/// <remarks>All input is untrusted: a reader allocates no more than the file's real content justifies.</remarks>
public abstract class ImageFormat
{
    /// <summary>The endings of files that open an image, with their dot, in lower case, such as <c>.nii.gz</c>; compared without case. The longest one that fits a name counts.</summary>
    /// <remarks>Folders that are images may have them or none.</remarks>
    public abstract IReadOnlyList<string> Endings { get; }

    /// <summary>Those of the <see cref="Endings"/> under which the format writes.</summary>
    /// <value>None: a format that is only read.</value>
    public virtual IReadOnlyList<string> WritableEndings => [];

    /// <summary>Whether label maps under a name should tell the names of their labels wherever these are known, as segmentations of 3D Slicer do.</summary>
    /// <param name="path">The file, with one of the <see cref="WritableEndings"/>.</param>
    public virtual bool NamesLabels(string path) => false;

    /// <summary>Whether files of this format are pictures, such as programs draw of images for people: beside an image of the same name in another format, they are passed over.</summary>
    /// <value>No.</value>
    public virtual bool IsPicture => false;

    /// <summary>Whether a file's content is of this format, whatever the file is called.</summary>
    /// <param name="start">The first bytes of the content, 1024 or as many as there are; of a file that is gzip-compressed, what it holds.</param>
    /// <returns>False, too, where the format cannot tell: then the ending decides.</returns>
    public virtual bool Recognizes(ReadOnlySpan<byte> start) => false;

    /// <summary>Whether a folder is one image of this format, such as a series of slices.</summary>
    public virtual bool IsImageFolder(string folder) => false;

    /// <summary>Whether a file of this format is what is a folder otherwise, such as an archive of a series: then its name needs no channel's number either.</summary>
    /// <value>No.</value>
    public virtual bool HoldsSeries => false;

    /// <summary>Whether a file that is there and has one of the <see cref="Endings"/> may be an image, for endings that other files have as well.</summary>
    /// <param name="path">The file.</param>
    /// <returns>True, unless overridden; true, too, for a file that is damaged, since its reader says how.</returns>
    public virtual bool IsImageFile(string path) => true;

    /// <summary>All files that belong to an image and are there: what is copied, moved and looked at for changes.</summary>
    /// <param name="path">The file that opens the image, or its folder.</param>
    /// <returns>The file that opens the image first. Beside a file, the others lie in its folder or below it; several images may share one, which is called like them without their channels' numbers.</returns>
    public virtual IReadOnlyList<string> FilesOf(string path) => [path];

    /// <summary>The files that belong to an image that is there, but are not there themselves, such as the voxels beside a header.</summary>
    /// <param name="path">The file that opens the image, or its folder.</param>
    /// <returns>Their paths; none, too, where the format cannot tell without reading the voxels.</returns>
    public virtual IReadOnlyList<string> MissingFilesOf(string path) => [];

    /// <summary>The file that opens the image to which another file belongs, such as the header beside voxels.</summary>
    /// <param name="path">A file, which need not exist.</param>
    /// <returns>The path of the file that opens the image, there or not; null where the name is not that of such a file.</returns>
    public virtual string? OpeningFileOf(string path) => null;

    /// <summary>Copies the file that opens an image of several files under another name, where the others get other names too.</summary>
    /// <param name="from">The file.</param>
    /// <param name="to">Gets its content.</param>
    /// <param name="names">The new names of the image's other files, as they are seen from the copy's folder, by their full paths; a header that names them must be told.</param>
    public virtual void CopyRenamed(string from, string to, IReadOnlyDictionary<string, string> names) => AtomicFile.Copy(from, to);

    /// <summary>Reads size, geometry and number type, but no voxels.</summary>
    /// <exception cref="FileFormatException">The file is cut off, damaged or of a kind that is not supported.</exception>
    public abstract ImageHeader ReadHeader(string path);

    /// <summary>Reads every channel as one volume (z, y, x), rescaled as the file says.</summary>
    /// <exception cref="FileFormatException">The file is cut off, damaged or of a kind that is not supported.</exception>
    public abstract IReadOnlyList<Volume<float>> ReadChannels(string path);

    /// <summary>Reads a label map of one channel (z, y, x).</summary>
    /// <exception cref="FileFormatException">The file is unreadable, has several channels, or a voxel is no integer in the range of a short.</exception>
    public virtual Volume<short> ReadLabels(string path)
    {
        IReadOnlyList<Volume<float>> channels = ReadChannels(path);
        if (channels.Count != 1) throw ImageFile.NotOneChannel(path, channels.Count);

        Volume<float> volume = channels[0];
        short[] labels = new short[volume.Voxels.Length];
        LabelConversion.FromFloat(path, volume.Voxels, labels);
        return new Volume<short>(labels, volume.Extent, volume.Geometry);
    }

    /// <summary>Writes a label map (z, y, x) with exactly its geometry: as uint8 where all labels fit, else as int16.</summary>
    /// <param name="path">The file, with one of the <see cref="WritableEndings"/>.</param>
    /// <param name="labels">The label map.</param>
    /// <param name="reference">The image that the label map belongs to, for formats that tell more of it than its geometry; null where it is not known.</param>
    /// <exception cref="FileFormatException">The format cannot hold the volume, or is only read.</exception>
    public virtual void WriteLabels(string path, Volume<short> labels, ImageLocation? reference = null) => throw OnlyRead(path);

    /// <summary>Writes a label map (z, y, x) with the names of its labels, where the format has a place for them.</summary>
    /// <param name="path">The file, with one of the <see cref="WritableEndings"/>.</param>
    /// <param name="labels">The label map.</param>
    /// <param name="names">The names of labels by their values.</param>
    /// <param name="reference">The image that the label map belongs to, for formats that tell more of it than its geometry; null where it is not known.</param>
    /// <exception cref="FileFormatException">The format cannot hold the volume, or is only read.</exception>
    public virtual void WriteLabels(string path, Volume<short> labels, IReadOnlyDictionary<int, string> names, ImageLocation? reference = null) => WriteLabels(path, labels, reference);

    /// <summary>Writes an image (z, y, x) as float32 with exactly its geometry.</summary>
    /// <param name="path">The file, with one of the <see cref="WritableEndings"/>.</param>
    /// <param name="volume">The image.</param>
    /// <param name="reference">The image that this one was made from, for formats that tell more of it than its geometry; null where it is not known.</param>
    /// <exception cref="FileFormatException">The format cannot hold the volume, or is only read.</exception>
    public virtual void WriteVolume(string path, Volume<float> volume, ImageLocation? reference = null) => throw OnlyRead(path);

    /// <summary>Reads size, geometry and number type of an image in a stream, but no voxels.</summary>
    /// <param name="content">The bytes of the file that opens the image: a stream that can seek, at its first byte.</param>
    /// <param name="name">What the image is called in errors.</param>
    /// <returns>Unless overridden, what the same bytes in a temporary file of the system's folder for such are.</returns>
    /// <exception cref="FileFormatException">The content is cut off, damaged or of a kind that is not supported, or it is one of several files of an image.</exception>
    public virtual ImageHeader ReadHeader(Stream content, string name) => StreamedFile.Read(this, content, name, ReadHeader);

    /// <summary>Reads every channel of an image in a stream as one volume (z, y, x).</summary>
    /// <inheritdoc cref="ReadHeader(Stream, string)"/>
    public virtual IReadOnlyList<Volume<float>> ReadChannels(Stream content, string name) => StreamedFile.Read(this, content, name, ReadChannels);

    /// <summary>Reads a label map in a stream (z, y, x).</summary>
    /// <inheritdoc cref="ReadHeader(Stream, string)"/>
    public virtual Volume<short> ReadLabels(Stream content, string name) => StreamedFile.Read(this, content, name, ReadLabels);

    /// <summary>Writes a label map (z, y, x) into a stream, from its position on: the same bytes as into a file.</summary>
    /// <param name="content">Gets the bytes; it need not seek, and stays open.</param>
    /// <param name="ending">One of the <see cref="WritableEndings"/>.</param>
    /// <param name="labels">The label map.</param>
    /// <exception cref="FileFormatException">The format cannot hold the volume, is only read, or makes several files of an image.</exception>
    public virtual void WriteLabels(Stream content, string ending, Volume<short> labels) => StreamedFile.Write(content, ending, path => WriteLabels(path, labels));

    /// <summary>Writes an image (z, y, x) as float32 into a stream, from its position on: the same bytes as into a file.</summary>
    /// <param name="content">Gets the bytes; it need not seek, and stays open.</param>
    /// <param name="ending">One of the <see cref="WritableEndings"/>.</param>
    /// <param name="volume">The image.</param>
    /// <exception cref="FileFormatException">The format cannot hold the volume, is only read, or makes several files of an image.</exception>
    public virtual void WriteVolume(Stream content, string ending, Volume<float> volume) => StreamedFile.Write(content, ending, path => WriteVolume(path, volume));

    internal static FileFormatException OnlyRead(string path) => new(
        path, "images of this format are read, but not written", $"write one of {string.Join(", ", ImageFile.WritableEndings)}");
}
