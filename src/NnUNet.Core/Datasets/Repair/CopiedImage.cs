using NnUNet.Core.Cases;
using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>What becomes of an image in the copy: the same files under its name there, or what a mend has made of it.</summary>
internal static class CopiedImage
{
    /// <summary>The ending in the copy.</summary>
    /// <param name="source">The image in the task.</param>
    /// <param name="changed">Whether it is written anew, which not every format is.</param>
    public static string Ending(ImageLocation source, bool changed) =>
        changed ? ResultEnding.Like(source).ToLowerInvariant() : IsOneFile(source) ? source.Ending.ToLowerInvariant() : source.Ending;

    /// <summary>Copies an image with its time of change.</summary>
    /// <param name="source">The image in the task.</param>
    /// <param name="stem">The path in the copy, without ending.</param>
    /// <returns>The files.</returns>
    public static IReadOnlyList<string> Copy(ImageLocation source, string stem)
    {
        if (!IsOneFile(source)) return source.CopyTo(Path.GetDirectoryName(stem)!, Path.GetFileName(stem));

        string path = stem + Ending(source, changed: false);
        if (!Stamp.Same(source.Path, path)) AtomicFile.Copy(source.Path, path);
        return [path];
    }

    /// <summary>Writes an image that was changed.</summary>
    /// <inheritdoc cref="Copy"/>
    /// <param name="source">The image in the task.</param>
    /// <param name="stem">The path in the copy, without ending.</param>
    /// <param name="volume">The voxels (z, y, x).</param>
    public static IReadOnlyList<string> Write(ImageLocation source, string stem, Volume<float> volume)
    {
        string path = stem + Ending(source, changed: true);
        SourceVoxels.Write(path, volume, source);
        return ImageLocation.FilesOf(path);
    }

    private static bool IsOneFile(ImageLocation image) => !image.IsFolder && image.Files.Count == 1;
}
