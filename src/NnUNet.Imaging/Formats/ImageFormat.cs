using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats;

/// <summary>What an image file says before its voxels are read.</summary>
/// <param name="Extent">Voxel counts (z, y, x); a 2D image has one slice.</param>
/// <param name="Channels">Length of the fourth axis; 1 for a plain image.</param>
/// <param name="Geometry">Where the voxels lie, in ITK's terms.</param>
/// <param name="DataType">The stored number type in numpy's words, such as <c>uint8</c> or <c>float32</c>.</param>
/// <param name="Warnings">What was odd about the file and how it was understood, one sentence each.</param>
public sealed record ImageHeader(Extent Extent, int Channels, ImageGeometry Geometry, string DataType, IReadOnlyList<string> Warnings);

/// <summary>
/// One image file format. A sealed class with <see cref="CatalogNameAttribute"/> and a parameterless constructor is found by
/// <see cref="ImageFile"/> through its <see cref="Endings"/>.
/// </summary>
/// <remarks>All input is untrusted: a reader allocates no more than the file's real content justifies.</remarks>
public abstract class ImageFormat
{
    /// <summary>The file name endings with their dot, in lower case, such as <c>.nii.gz</c>; compared without case.</summary>
    public abstract IReadOnlyList<string> Endings { get; }

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
    /// <exception cref="FileFormatException">The format cannot hold the volume.</exception>
    public abstract void WriteLabels(string path, Volume<short> labels);

    /// <summary>Writes an image (z, y, x) as float32 with exactly its geometry.</summary>
    /// <exception cref="FileFormatException">The format cannot hold the volume.</exception>
    public abstract void WriteVolume(string path, Volume<float> volume);
}
