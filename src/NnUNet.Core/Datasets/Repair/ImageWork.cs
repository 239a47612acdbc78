using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>A channel of a case in work.</summary>
/// <param name="location">The image in the task.</param>
/// <param name="stem">Its file in the copy, with its folder and without ending.</param>
public sealed class ImageWork(ImageLocation location, string stem) : FileWork(location, stem)
{
    /// <inheritdoc/>
    public override bool IsChanged => Mended is not null;

    /// <summary>Where the voxels lie in the copy; null: where they lie in the task.</summary>
    public ImageGeometry? Mended { get; set; }

    /// <summary>Where the voxels lie in the copy.</summary>
    public ImageGeometry Geometry => Mended ?? Header.Geometry;
}
