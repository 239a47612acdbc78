using System.Numerics.Tensors;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Pictures;

/// <summary>Pictures: one slice of up to 16 bits a channel, whose colours are channels of one file as nnU-Net v2 takes them.</summary>
/// <remarks>Source: nnunetv2/imageio/natural_image_reader_writer.py. It knows no size of pixels, and takes (999, 1, 1); here the file's own counts (see <see cref="PixelDensity"/>).</remarks>
internal abstract class PictureFormat : ImageFormat
{
    public sealed override bool IsPicture => true;

    public sealed override ImageHeader ReadHeader(string path)
    {
        using FileStream file = InputFile.Open(path);
        return ReadHeader(file, path);
    }

    public sealed override IReadOnlyList<Volume<float>> ReadChannels(string path)
    {
        using FileStream file = InputFile.Open(path);
        return ReadChannels(file, path);
    }

    public sealed override Volume<short> ReadLabels(string path)
    {
        using FileStream file = InputFile.Open(path);
        return ReadLabels(file, path);
    }

    public abstract override ImageHeader ReadHeader(Stream content, string name);

    public sealed override IReadOnlyList<Volume<float>> ReadChannels(Stream content, string name)
    {
        (ImageHeader header, ushort[][] samples) = Decode(content, name, stored: false);
        List<Volume<float>> channels = [];
        foreach (ushort[] channel in samples)
        {
            float[] voxels = new float[channel.Length];
            TensorPrimitives.ConvertTruncating<ushort, float>(channel, voxels);
            channels.Add(new Volume<float>(voxels, header.Extent, header.Geometry));
        }

        return channels;
    }

    public sealed override Volume<short> ReadLabels(Stream content, string name)
    {
        (ImageHeader header, ushort[][] samples) = Decode(content, name, stored: true);
        if (samples.Length != 1) throw ImageFile.NotOneLabel(name, samples.Length);

        short[] labels = new short[samples[0].Length];
        NoLabels others = new();
        for (int i = 0; i < labels.Length; i++)
        {
            if (samples[0][i] > short.MaxValue) others.Add(samples[0][i]);
            labels[i] = (short)samples[0][i];
        }

        others.ThrowIfAny(name);
        return new Volume<short>(labels, header.Extent, header.Geometry);
    }

    public sealed override void WriteLabels(string path, Volume<short> labels, ImageLocation? reference = null) =>
        AtomicFile.Write(path, stream => Write(stream, path, labels.Extent, labels.Geometry, Whole(path, labels.Voxels)));

    public sealed override void WriteVolume(string path, Volume<float> volume, ImageLocation? reference = null) =>
        AtomicFile.Write(path, stream => Write(stream, path, volume.Extent, volume.Geometry, Whole(path, volume.Voxels)));

    public sealed override void WriteLabels(Stream content, string ending, Volume<short> labels) => Write(content, ending, labels.Extent, labels.Geometry, Whole(ending, labels.Voxels));

    public sealed override void WriteVolume(Stream content, string ending, Volume<float> volume) => Write(content, ending, volume.Extent, volume.Geometry, Whole(ending, volume.Voxels));

    /// <summary>Reads a picture: its header, and each channel's samples row by row from the upper left corner.</summary>
    /// <param name="content">A stream that can seek, at its first byte.</param>
    /// <param name="name">What the picture is called in errors.</param>
    /// <param name="stored">Whether samples of fewer than 8 bits stay as they are stored, as labels need them; otherwise they are stretched to 8 bits, as programs show them.</param>
    protected abstract (ImageHeader Header, ushort[][] Samples) Decode(Stream content, string name, bool stored);

    /// <summary>Writes a grey picture.</summary>
    /// <param name="into">Gets the bytes; it need not seek.</param>
    /// <param name="name">What the picture is called in errors.</param>
    /// <param name="extent">Its size (z, y, x).</param>
    /// <param name="geometry">Where it lies.</param>
    /// <param name="samples">Its samples row by row.</param>
    protected virtual void Write(Stream into, string name, Extent extent, ImageGeometry geometry, ushort[] samples) => throw OnlyRead(name);

    /// <summary>Refuses a volume of several slices.</summary>
    protected static void CheckFlat(string name, Extent extent)
    {
        if (extent.Z != 1) throw new FileFormatException(name, $"a picture has one slice, but the image has {extent.Z}", "write it as .nii.gz or .tif");
    }

    private static ushort[] Whole<T>(string name, T[] voxels)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        ushort[] samples = new ushort[voxels.Length];
        for (int i = 0; i < voxels.Length; i++)
        {
            ushort sample = ushort.CreateSaturating(voxels[i]);
            if (T.CreateSaturating(sample) != voxels[i])
            {
                throw new FileFormatException(name, $"a picture holds whole numbers from 0 to {ushort.MaxValue}, but a voxel is {FormattableString.Invariant($"{voxels[i]}")}", "write it as .nii.gz or .tif, or change its values first");
            }

            samples[i] = sample;
        }

        return samples;
    }
}
