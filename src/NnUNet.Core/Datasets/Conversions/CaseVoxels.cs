using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>Reads the images of one case; a file of several volumes once, however many of them the case takes.</summary>
/// <param name="slicePart">Which of several parts of the slices is taken, and of how many; null for all slices.</param>
internal sealed class CaseVoxels((int Part, int Parts)? slicePart = null)
{
    private readonly Dictionary<string, IReadOnlyList<Volume<float>>> _read = new(StringComparer.Ordinal);

    /// <summary>An image (z, y, x).</summary>
    /// <param name="found">Where it lies.</param>
    /// <exception cref="DescribedException">It cannot be read, or has no such volume.</exception>
    public Volume<float> Image(FoundImage found)
    {
        Volume<float> volume = found.Stack is { } stack ? stack.Read(found.Grid!) : found.Part is { } part ? Component(found.Image, part) : ImageFile.ReadVolume(found.Image.Path);
        return slicePart is { } slices ? EverySlice(volume, slices.Part, slices.Parts) : volume;
    }

    /// <summary>A segmentation with its source's own values; those beyond the range of an int count as its ends.</summary>
    /// <inheritdoc cref="Image"/>
    /// <exception cref="DescribedException">It cannot be read, has no such volume, or values that are no whole numbers.</exception>
    public Volume<int> Labels(FoundImage found) => Whole(found.Image.FileName, Image(found));

    private static Volume<int> Whole(string file, Volume<float> volume)
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

    private static Volume<float> EverySlice(Volume<float> volume, int part, int parts)
    {
        int slices = (volume.Extent.Z - part + parts - 1) / parts;
        if (slices < 1) throw new DescribedException("slices", $"an image of {volume.Extent.Z} cannot be dealt out to {parts} cases", "check the source");
        Volume<float> result = new(volume.Extent with { Z = slices }, volume.Geometry);
        for (int z = 0; z < slices; z++) volume.Slice(part + (z * parts)).CopyTo(result.Slice(z));
        return result;
    }

    private Volume<float> Component(ImageLocation image, int part)
    {
        if (!_read.TryGetValue(image.Path, out IReadOnlyList<Volume<float>>? all)) _read[image.Path] = all = ImageFile.ReadChannels(image.Path);
        return part < all.Count ? all[part] : throw new DescribedException(image.FileName, $"it has {all.Count} volumes along its fourth axis, but number {part}, counted from 0, is wanted", "check the table, or complete the data set");
    }
}
