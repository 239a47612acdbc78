using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>A channel of a case in work: what its header says, and where it will lie in the copy.</summary>
/// <param name="location">The image in the task.</param>
/// <param name="stem">Its file in the copy, with its folder and without ending.</param>
internal sealed class ImageWork(ImageLocation location, string stem)
{
    /// <summary>The image in the task.</summary>
    public ImageLocation Location { get; } = location;

    /// <summary>Its file in the copy, with its folder and without ending.</summary>
    public string Stem { get; } = stem;

    /// <summary>Its ending in the copy.</summary>
    public string Ending => CopiedImage.Ending(Location, Mended is not null);

    /// <summary>Its file in the copy, with its folder, for messages.</summary>
    public string Name => Stem + Ending;

    /// <summary>Its header in the task.</summary>
    public ImageHeader Header { get; } = ImageFile.ReadHeader(location.Path);

    /// <summary>Where the voxels lie in the copy; null: where they lie in the task.</summary>
    public ImageGeometry? Mended { get; set; }

    /// <summary>Where the voxels lie in the copy.</summary>
    public ImageGeometry Geometry => Mended ?? Header.Geometry;
}
