using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Cases;

/// <summary>The images of a folder by their names without ending, as they were when it was listed. All searches for a case's files go through this class.</summary>
/// <remarks>Images of any known format; hidden files and those that operating systems leave behind are ignored, names are compared in composed form.</remarks>
public sealed class ImageFolder
{
    private readonly ILookup<string, ImageLocation> _byName;

    private ImageFolder(string path)
    {
        Path = path;
        Images = ImageLocation.In(path);
        _byName = Images.ToLookup(static i => i.Name, StringComparer.Ordinal);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>All images in the ordinal order of their names.</summary>
    public IReadOnlyList<ImageLocation> Images { get; }

    /// <summary>Lists a folder; one that does not exist has no images.</summary>
    public static ImageFolder Of(string path) => new(path);

    /// <summary>All images of a name, one per ending.</summary>
    /// <param name="name">The name without ending: a case's, or with a channel's number.</param>
    public IReadOnlyList<ImageLocation> All(string name) => [.. _byName[ComposedForm.Of(name)]];

    /// <summary>The image of a name; null where there is none.</summary>
    /// <param name="name">The name without ending.</param>
    /// <exception cref="DescribedException">There are several of this name.</exception>
    public ImageLocation? Find(string name) => All(name) switch
    {
        [] => null,
        [ImageLocation one] => one,
        IReadOnlyList<ImageLocation> several => throw Twice(several),
    };

    /// <summary>The image of a name and an ending, the ending compared without case; null where there is none.</summary>
    /// <param name="name">The name without ending.</param>
    /// <param name="ending">The ending.</param>
    public ImageLocation? Find(string name, string ending) => All(name).FirstOrDefault(i => i.Ending.Equals(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>The images by name, in ordinal order.</summary>
    /// <exception cref="DescribedException">There are several of one name.</exception>
    public SortedDictionary<string, ImageLocation> ByName()
    {
        if (_byName.FirstOrDefault(static g => g.Count() > 1) is { } several) throw Twice([.. several]);
        return new SortedDictionary<string, ImageLocation>(_byName.ToDictionary(static g => g.Key, static g => g.First(), StringComparer.Ordinal), StringComparer.Ordinal);
    }

    private DescribedException Twice(IReadOnlyList<ImageLocation> several) => new(
        Path, $"{several[0].FileName} and {several[1].FileName} are the same case in two formats", "remove one of them");
}
