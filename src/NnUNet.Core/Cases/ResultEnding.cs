using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Cases;

/// <summary>Under which ending, and so in which format, segmentations are written.</summary>
public static class ResultEnding
{
    /// <summary>What is written where nothing else is asked for and the images' own format is only read.</summary>
    public const string Default = ".nii.gz";

    /// <summary>What is wrong with an ending that is asked for, in one sentence; null where nothing is.</summary>
    public static string? Fault(string ending) =>
        ImageFile.WritableEndings.Contains(ending, StringComparer.OrdinalIgnoreCase) ? null
        : ImageFile.Endings.Contains(ending, StringComparer.OrdinalIgnoreCase) ? $"the ending is {ending}, which is read, but not written; written are {string.Join(", ", ImageFile.WritableEndings)}"
        : $"the ending is {ending}, but known are {string.Join(", ", ImageFile.WritableEndings)}";

    /// <summary>The ending of results: the one that is asked for, else the first of the others that can be written, else <see cref="Default"/>.</summary>
    /// <param name="asked">The ending that is asked for; null for none.</param>
    /// <param name="own">The endings of what the results belong to, the most important first; null ones are left out.</param>
    /// <returns>In lower case.</returns>
    public static string Of(string? asked, params IEnumerable<string?> own) =>
        (asked ?? own.OfType<string>().FirstOrDefault(static e => ImageFile.WritableEndings.Contains(e, StringComparer.OrdinalIgnoreCase)) ?? Default).ToLowerInvariant();

    /// <summary>The ending for what is made of an image: its own, or <see cref="Default"/> where its format is only read.</summary>
    internal static string Like(ImageLocation image) => ImageFile.CanWrite(image.Path) ? image.Ending : Default;

    /// <summary>The name for what is made of a segmentation: its own, or with <see cref="Default"/> where its format is only read.</summary>
    public static string NameLike(ImageLocation segmentation) => ImageFile.CanWrite(segmentation.Path) ? segmentation.FileName : segmentation.Name + Default;
}
