using System.Globalization;
using System.Text;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>The files with voxels that a header names: they lie in the header's folder or below, whatever it says.</summary>
internal static class DetachedFiles
{
    /// <summary>Most files of one image.</summary>
    public const int Most = 1 << 16;

    /// <summary>The full path of a file that a header names.</summary>
    /// <exception cref="FileFormatException">It lies elsewhere, or the name is none.</exception>
    public static string Resolve(string header, string name)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(header))!;
        string inside = Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar;
        bool isName = name.Length > 0 && !name.Contains('\0', StringComparison.Ordinal);
        string full = isName ? Path.GetFullPath(Path.Combine(folder, Local(name))) : "";
        if (isName && full.StartsWith(inside, StringComparison.Ordinal) && full.Length > inside.Length && full != Path.GetFullPath(header)) return full;
        throw new FileFormatException(
            header, $"the voxels are said to lie in \"{name}\", but only files in the header's folder and below it are read", "put the file with the voxels beside the header, and its name alone into it");
    }

    /// <summary>The names that a pattern as of C's printf makes, such as <c>slice%03d.raw</c>.</summary>
    /// <param name="header">What errors name.</param>
    /// <param name="pattern">A text with one place for a whole number.</param>
    /// <param name="first">The first number.</param>
    /// <param name="last">The last number, which need not be met.</param>
    /// <param name="step">The step from number to number.</param>
    /// <exception cref="FileFormatException">The pattern has no such place, or there are no or too many numbers.</exception>
    public static IReadOnlyList<string> OfPattern(string header, string pattern, long first, long last, long step)
    {
        Int128 count = step == 0 ? 0 : (((Int128)last - first) / step) + 1;
        if (count < 1 || count > Most || (last != first && (step > 0) != (last > first)))
        {
            throw new FileFormatException(header, $"the voxels are said to lie in files from {first} to {last} in steps of {step}", $"name 1 to {Most} files");
        }

        List<string> names = [];
        for (long i = 0; i < (long)count; i++) names.Add(Formatted(header, pattern, first + (i * step)));
        return names;
    }

    /// <summary>How a header names a file in its folder.</summary>
    public static string NameFor(string header, string file) =>
        Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(header))!, Path.GetFullPath(file)).Replace('\\', '/');

    /// <summary>The files that a header on disk names, each once; none where it cannot be read. A file that is an image of its own is not among them: it is not to be moved with the header.</summary>
    /// <param name="path">The header.</param>
    /// <param name="read">Reads their names.</param>
    public static IEnumerable<string> Named(string path, Func<string, Stream, IReadOnlyList<string>?> read)
    {
        try
        {
            using FileStream stream = InputFile.Open(path);
            return read(path, stream)?.Distinct().Where(static file => !ImageFile.IsImage(file)).ToArray() ?? [];
        }
        catch (Exception e) when (e is FileFormatException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The header beside a file with voxels that is called like it; null where there is none.</summary>
    /// <param name="voxels">The file.</param>
    /// <param name="ending">The header's ending.</param>
    /// <param name="endings">Those of files with voxels.</param>
    public static string? HeaderOf(string voxels, string ending, params string[] endings) =>
        endings.Where(e => voxels.EndsWith(e, StringComparison.OrdinalIgnoreCase))
            .SelectMany(e => (string[])[voxels[..^e.Length] + ending, voxels[..^e.Length] + ending.ToUpperInvariant()]).FirstOrDefault(File.Exists);

    /// <summary>Writes a header's text in place of a copy, with the time of the header that it was made from.</summary>
    public static void WriteRenamed(string from, string to, string text)
    {
        AtomicFile.WriteText(to, text);
        File.SetLastWriteTimeUtc(to, File.GetLastWriteTimeUtc(from));
    }

    private static string Local(string name) => OperatingSystem.IsWindows() ? name : name.Replace('\\', '/');

    private static string Formatted(string header, string pattern, long number)
    {
        StringBuilder text = new();
        int places = 0;
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '%')
            {
                text.Append(pattern[i]);
                continue;
            }

            if (i + 1 < pattern.Length && pattern[i + 1] == '%')
            {
                text.Append('%');
                i++;
                continue;
            }

            int at = i + 1;
            while (at < pattern.Length && char.IsAsciiDigit(pattern[at])) at++;
            string width = pattern[(i + 1)..at];
            if (at == pattern.Length || pattern[at] is not ('d' or 'i' or 'u') || width.Length > 3 || ++places > 1)
            {
                throw new FileFormatException(header, $"the names of the files with voxels are given as \"{pattern}\", which is no pattern that is read", "use one place for a number, such as %03d");
            }

            string digits = number.ToString(CultureInfo.InvariantCulture);
            int wanted = width.Length == 0 ? 0 : int.Parse(width, CultureInfo.InvariantCulture);
            text.Append(width.StartsWith('0') && number >= 0 ? digits.PadLeft(wanted, '0') : digits.PadLeft(wanted));
            i = at;
        }

        return places == 1 ? text.ToString() : throw new FileFormatException(header, $"the names of the files with voxels are given as \"{pattern}\", in which no number has a place", "use one place for a number, such as %03d");
    }
}
