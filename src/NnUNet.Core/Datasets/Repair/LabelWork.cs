using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>The segmentation of a case in work.</summary>
/// <param name="location">The segmentation in the task.</param>
/// <param name="stem">Its file in the copy, with its folder and without ending.</param>
public sealed class LabelWork(ImageLocation location, string stem) : FileWork(location, stem)
{
    private Volume<float>? _values;
    private bool _isChanged;

    /// <inheritdoc/>
    public override bool IsChanged => _isChanged;

    /// <summary>The voxels (z, y, x) with what the file says, whole numbers or not.</summary>
    /// <exception cref="FileFormatException">They cannot be read.</exception>
    public Volume<float> Values => _values ??= ImageFile.ReadVolume(Location.Path);

    /// <summary>Replaces the voxels or where they lie.</summary>
    public void Change(Volume<float> values) => (_values, _isChanged) = (values, true);

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
