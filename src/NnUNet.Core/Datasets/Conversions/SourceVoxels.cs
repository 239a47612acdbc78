using System.Globalization;
using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>Writes what becomes of the images of a source.</summary>
internal static class SourceVoxels
{
    /// <summary>The bytes that a case's work takes at most, by the headers of its images.</summary>
    public static long Bytes(IEnumerable<ImageLocation> images) => images.Sum(static image =>
    {
        ImageHeader header = ImageFile.ReadHeader(image.Path);
        return header.Extent.Count * (header.Channels + 4) * sizeof(float);
    });

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
    /// <param name="path">The file.</param>
    /// <param name="labels">The segmentation.</param>
    /// <param name="reference">What it was made from.</param>
    /// <param name="names">The names of its labels, which are kept where the format has a place for them; null for none.</param>
    /// <exception cref="DescribedException">A label is beyond 16 bits.</exception>
    public static void Write(string path, Volume<int> labels, ImageLocation? reference, IReadOnlyDictionary<int, string>? names = null)
    {
        int other = labels.Voxels.FirstOrDefault(static v => v is < short.MinValue or > short.MaxValue);
        if (other != 0) throw new DescribedException(Path.GetFileName(path), string.Create(CultureInfo.InvariantCulture, $"it would have the label {other}, but files of segmentations have labels from {short.MinValue} to {short.MaxValue}"), "check the source");
        Volume<short> written = new(Array.ConvertAll(labels.Voxels, static v => (short)v), labels.Extent, labels.Geometry);
        if (names is { Count: > 0 }) ImageFile.WriteLabels(path, written, names, reference);
        else ImageFile.WriteLabels(path, written, reference);
    }

    /// <summary>The name under which an image is written that was made from another one: with that one's ending where its format is written.</summary>
    public static string Named(string name, ImageLocation from) => name + ResultEnding.Like(from);
}
