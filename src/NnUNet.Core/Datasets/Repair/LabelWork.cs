using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>The segmentation of a case in work.</summary>
/// <param name="location">The segmentation in the task.</param>
/// <param name="stem">Its file in the copy, with its folder and without ending.</param>
internal sealed class LabelWork(ImageLocation location, string stem)
{
    private Volume<float>? _values;

    /// <summary>The segmentation in the task.</summary>
    public ImageLocation Location { get; } = location;

    /// <summary>Its file in the copy, with its folder and without ending.</summary>
    public string Stem { get; } = stem;

    /// <summary>Its ending in the copy.</summary>
    public string Ending => CopiedImage.Ending(Location, IsChanged);

    /// <summary>Its file in the copy, with its folder, for messages.</summary>
    public string Name => Stem + Ending;

    /// <summary>Its header in the task.</summary>
    public ImageHeader Header { get; } = ImageFile.ReadHeader(location.Path);

    /// <summary>Whether a mend has changed it.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>The voxels (z, y, x) with what the file says, whole numbers or not.</summary>
    /// <exception cref="FileFormatException">They cannot be read.</exception>
    public Volume<float> Values => _values ??= ImageFile.ReadVolume(Location.Path);

    /// <summary>Replaces the voxels or where they lie.</summary>
    public void Change(Volume<float> values) => (_values, IsChanged) = (values, true);

    /// <summary>The voxels as labels.</summary>
    /// <exception cref="FileFormatException">One is no label.</exception>
    public Volume<short> Labels()
    {
        if (!IsChanged && _values is null) return ImageFile.ReadLabels(Location.Path);
        short[] labels = new short[Values.Voxels.Length];
        LabelConversion.FromFloat(Location.Path, Values.Voxels, labels);
        return new Volume<short>(labels, Values.Extent, Values.Geometry);
    }
}
