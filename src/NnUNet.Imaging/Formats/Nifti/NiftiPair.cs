namespace NnUNet.Imaging.Formats.Nifti;

/// <summary>The names of a pair's files: <c>NAME.hdr</c> with <c>NAME.img</c>, either of them compressed or not.</summary>
internal static class NiftiPair
{
    private static readonly string[] ImageEndings = [".img", ".img.gz", ".IMG", ".IMG.GZ", ".IMG.gz"];

    /// <summary>Whether a name is that of a pair's header.</summary>
    public static bool IsHeader(string path) => WithoutGz(path).EndsWith(".hdr", StringComparison.OrdinalIgnoreCase);

    /// <summary>The file in which the voxels beside a header should lie: compressed where the header is, in its case.</summary>
    public static string ImageName(string header)
    {
        string plain = WithoutGz(header);
        return plain[..^Path.GetExtension(plain).Length] + (plain.EndsWith(".HDR", StringComparison.Ordinal) ? ".IMG" : ".img") + header[plain.Length..];
    }

    /// <summary>The file in which the voxels beside a header lie; null where there is none. Of several, the one that is compressed as the header is.</summary>
    public static string? ImageOf(string header) => ImagesOf(header).FirstOrDefault();

    /// <summary>All files in which voxels beside a header may lie, that of <see cref="ImageName"/> first.</summary>
    public static IEnumerable<string> ImagesOf(string header)
    {
        string plain = WithoutGz(header);
        string stem = plain[..^Path.GetExtension(plain).Length];
        return ImageEndings.Select(ending => stem + ending).Prepend(ImageName(header)).Distinct(StringComparer.Ordinal).Where(File.Exists);
    }

    /// <summary>The header beside voxels: the one that is there, or that should be there, compressed as the voxels are; null where the name is not that of a pair's voxels.</summary>
    public static string? HeaderOf(string image)
    {
        string plain = WithoutGz(image);
        if (!plain.EndsWith(".img", StringComparison.OrdinalIgnoreCase)) return null;

        string header = plain[..^".img".Length] + (plain.EndsWith(".IMG", StringComparison.Ordinal) ? ".HDR" : ".hdr");
        string likeVoxels = header + image[plain.Length..];
        return ((string[])[likeVoxels, header, header + ".gz"]).FirstOrDefault(File.Exists) ?? likeVoxels;
    }

    private static string WithoutGz(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
}
