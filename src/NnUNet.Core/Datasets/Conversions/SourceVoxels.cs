using System.Globalization;
using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>Reads images of a source, and writes what becomes of them.</summary>
internal static class SourceVoxels
{
    /// <summary>The bytes that a case's work takes at most, by the headers of its images.</summary>
    public static long Bytes(IEnumerable<ImageLocation> images) => images.Sum(static image =>
    {
        ImageHeader header = ImageFile.ReadHeader(image.Path);
        return header.Extent.Count * (header.Channels + 4) * sizeof(float);
    });

    /// <summary>An image (z, y, x).</summary>
    /// <param name="found">Where it lies.</param>
    /// <param name="slicePart">Which of several parts of its slices is taken, and of how many; null for all slices.</param>
    /// <exception cref="DescribedException">It cannot be read, or has no such volume.</exception>
    public static Volume<float> Image(FoundImage found, (int Part, int Parts)? slicePart)
    {
        Volume<float> volume = found.Part is { } part ? Component(found.Image, part) : ImageFile.ReadVolume(found.Image.Path);
        return slicePart is { } slices ? EverySlice(volume, slices.Part, slices.Parts) : volume;
    }

    /// <summary>A segmentation with its source's own values; those beyond the range of an int count as its ends.</summary>
    /// <inheritdoc cref="Image"/>
    /// <exception cref="DescribedException">It cannot be read, has no such volume, or values that are no whole numbers.</exception>
    public static Volume<int> Labels(FoundImage found, (int Part, int Parts)? slicePart) => Whole(found.Image.FileName, Image(found, slicePart));

    /// <summary>An image's values as whole numbers.</summary>
    /// <exception cref="DescribedException">Some are none.</exception>
    public static Volume<int> Whole(string file, Volume<float> volume)
    {
        int[] values = new int[volume.Voxels.Length];
        for (int i = 0; i < values.Length; i++)
        {
            float value = volume.Voxels[i];
            if (value != MathF.Round(value)) throw new DescribedException(file, string.Create(CultureInfo.InvariantCulture, $"a voxel is {value:R}, but segmentations have whole numbers"), "give the segmentation, or correct it");
            values[i] = int.CreateSaturating(value);
        }

        return new Volume<int>(values, volume.Extent, volume.Geometry);
    }

    /// <summary>Writes an image without loss in as few bytes as its values allow: whole numbers within 16 bits as such, others as float32.</summary>
    /// <param name="path">The file.</param>
    /// <param name="volume">The image.</param>
    /// <param name="reference">What it was made from.</param>
    public static void Write(string path, Volume<float> volume, ImageLocation? reference)
    {
        bool whole = Array.TrueForAll(volume.Voxels, static v => v is >= short.MinValue and <= short.MaxValue && v == MathF.Round(v));
        if (whole) ImageFile.WriteLabels(path, new Volume<short>(Array.ConvertAll(volume.Voxels, static v => (short)v), volume.Extent, volume.Geometry), reference);
        else ImageFile.WriteVolume(path, volume, reference);
    }

    /// <summary>Writes a segmentation.</summary>
    /// <exception cref="DescribedException">A label is beyond 16 bits.</exception>
    public static void Write(string path, Volume<int> labels, ImageLocation? reference)
    {
        int other = labels.Voxels.FirstOrDefault(static v => v is < short.MinValue or > short.MaxValue);
        if (other != 0) throw new DescribedException(Path.GetFileName(path), string.Create(CultureInfo.InvariantCulture, $"it would have the label {other}, but files of segmentations have labels from {short.MinValue} to {short.MaxValue}"), "check the source");
        ImageFile.WriteLabels(path, new Volume<short>(Array.ConvertAll(labels.Voxels, static v => (short)v), labels.Extent, labels.Geometry), reference);
    }

    /// <summary>The name under which an image is written that was made from another one: with that one's ending where its format is written.</summary>
    public static string Named(string name, ImageLocation from) => name + (ImageFile.CanWrite(from.Path) ? from.Ending : ResultEnding.Default);

    private static Volume<float> Component(ImageLocation image, int part)
    {
        IReadOnlyList<Volume<float>> all = ImageFile.ReadChannels(image.Path);
        return part < all.Count ? all[part] : throw new DescribedException(image.FileName, $"it has {all.Count} volumes along its fourth axis, but number {part}, counted from 0, is wanted", "check the table, or complete the data set");
    }

    private static Volume<float> EverySlice(Volume<float> volume, int part, int parts)
    {
        int slices = (volume.Extent.Z - part + parts - 1) / parts;
        if (slices < 1) throw new DescribedException("slices", $"an image of {volume.Extent.Z} cannot be dealt out to {parts} cases", "check the source");
        Volume<float> result = new(volume.Extent with { Z = slices }, volume.Geometry);
        for (int z = 0; z < slices; z++) volume.Slice(part + (z * parts)).CopyTo(result.Slice(z));
        return result;
    }
}
