using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>An image of the source, or one volume of it.</summary>
/// <param name="Image">Where it lies.</param>
/// <param name="Part">The number of the volume along the fourth axis; null for a file that must have one volume.</param>
internal sealed record FoundImage(ImageLocation Image, int? Part)
{
    /// <summary>The slices of a segmentation that is a folder of pictures, of which <see cref="Image"/> is the first; null for one file.</summary>
    public PictureStack? Stack { get; init; }

    /// <summary>The image on whose grid the pictures lie.</summary>
    public ImageLocation? Grid { get; init; }

    /// <summary>What the segmentation is called in messages.</summary>
    public string Path => Stack?.Folder ?? Image.Path;

    /// <summary>What it takes its format from: pictures hold no volume.</summary>
    public ImageLocation Like => Grid ?? Image;

    /// <summary>All images that it is made of.</summary>
    public IEnumerable<ImageLocation> All => Stack?.Pictures ?? [Image];
}

/// <summary>A case that was found in the source.</summary>
/// <param name="Plan">The rule by which it was found.</param>
/// <param name="CaseId">Its name.</param>
/// <param name="Texts">The texts that its patterns and its row of the table have found, by name.</param>
/// <param name="Channels">Its channels; null for one of zeros.</param>
/// <param name="Label">Its segmentation; null where there is none.</param>
/// <param name="SlicePart">Which of the parts of the slices it is; null for all of them.</param>
internal sealed record FoundCase(
    CasePlan Plan, string CaseId, IReadOnlyDictionary<string, string> Texts, IReadOnlyList<FoundImage?> Channels, FoundImage? Label, int? SlicePart)
{
    /// <summary>The case's name with its folder, for messages and records.</summary>
    public string Key => $"{Plan.ImageFolder}/{CaseId}";

    /// <summary>The last of the channels that the source has an image for; where earlier pictures come first, the case's own.</summary>
    public FoundImage Own => Channels.OfType<FoundImage>().Last();

    /// <summary>All images of the source that it is made of, each once.</summary>
    public IEnumerable<ImageLocation> Images => Channels.Append(Label).OfType<FoundImage>().SelectMany(static i => i.All).DistinctBy(static i => i.Path);
}
