using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>An image or a segmentation of a case in work: what its header says, and where it will lie in the copy.</summary>
/// <param name="location">The file in the task.</param>
/// <param name="stem">Its file in the copy, with its folder and without ending.</param>
public abstract class FileWork(ImageLocation location, string stem)
{
    /// <summary>The file in the task.</summary>
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
    public abstract bool IsChanged { get; }
}
