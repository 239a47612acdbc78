using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Web.Service.Uploads;

/// <summary>Under which ending an uploaded file is stored: the only thing that its name is used for.</summary>
internal static class UploadEnding
{
    /// <summary>The ending of zip archives.</summary>
    public const string Zip = ".zip";

    /// <summary>How many bytes of the beginning tell what a file is.</summary>
    public const int StartBytes = 1024;

    /// <summary>The ending.</summary>
    /// <param name="name">The file's name as the caller gives it; null for none.</param>
    /// <param name="start">The file's beginning.</param>
    /// <param name="part">What the part is called, for the message.</param>
    /// <exception cref="DescribedException">Neither name nor content are those of an image or an archive.</exception>
    public static string Of(string? name, ReadOnlySpan<byte> start, string part)
    {
        string[] known = [.. ImageFile.Endings.Union([Zip])];
        if (name is not null && known.Where(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase)).MaxBy(static e => e.Length) is { } named) return named;
        if (start.StartsWith("PK"u8)) return Zip;
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b])) return ".nii.gz"; // the reader looks into it

        foreach (ImageFormat format in ImageFile.Formats())
        {
            if (format.Recognizes(start)) return format.Endings[0];
        }

        throw new DescribedException(part, "neither its name nor its content is that of a known image format", $"give a file name that ends with one of {string.Join(", ", known)}");
    }
}
