using System.Buffers;
using System.IO.Compression;

namespace NnUNet.Core.Models.Archives;

/// <summary>Checks names and kinds of a zip's entries before anything is written: every name must be a plain file below the target on every system.</summary>
internal static class ArchiveEntryName
{
    private const int MostParts = 24;
    private const int LongestPart = 200;
    private const int LongestName = 1000;

    // The upper half of the attributes are a Unix mode where the archive was made on Unix.
    private const int KindMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>:\"|?*\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f");

    private static readonly HashSet<string> Reserved = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Enumerable.Range(0, 10).SelectMany(static i => new[] { $"COM{i}", $"LPT{i}" })],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The parts of an entry's name; none for a folder.</summary>
    /// <exception cref="InvalidDataException">The name leaves the target, is no name that every system takes, or the entry is no plain file.</exception>
    public static string[] Parts(ZipArchiveEntry entry)
    {
        string name = entry.FullName;
        int kind = (entry.ExternalAttributes >> 16) & KindMask;
        if (kind is not (0 or RegularFile or Folder)) throw new InvalidDataException($"\"{Shown(name)}\" is a link or a device, not a file");
        if (name.Length is 0 or > LongestName) throw new InvalidDataException($"an entry's name has {name.Length} characters");

        // Archives made on Windows may have backslashes.
        string[] parts = name.Replace('\\', '/').Split('/');
        bool folder = parts[^1].Length == 0;
        if (folder) parts = parts[..^1];
        if (parts.Length is 0 or > MostParts) throw new InvalidDataException($"\"{Shown(name)}\" is nested {parts.Length} folders deep");
        foreach (string part in parts)
        {
            if (Fault(part) is { } fault) throw new InvalidDataException($"\"{Shown(name)}\" {fault}");
        }

        return folder || kind == Folder ? [] : parts;
    }

    /// <summary>Whether a text is the name of a file or folder on every system.</summary>
    public static bool IsPlain(string name) => !name.AsSpan().ContainsAny('/', '\\') && Fault(name) is null;

    private static string? Fault(string part) => part switch
    {
        "" => "is an absolute path or has an empty part",
        "." or ".." => "leaves the folder that it is unpacked into",
        { Length: > LongestPart } => "has a part that is too long",
        _ when part.AsSpan().ContainsAny(Forbidden) => "has characters that file names cannot have on every system",
        _ when part[^1] is '.' or ' ' || part[0] is ' ' => "has a part that begins or ends with a space, or ends with a dot",
        _ when Reserved.Contains(part.Split('.')[0].TrimEnd()) => "has a part that Windows reserves for a device",
        _ => null,
    };

    private static string Shown(string name) => new([.. name.Take(120).Select(static c => char.IsControl(c) ? '?' : c)]);
}
