using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NnUNet.Foundation;

/// <summary>Texts and hashes by which a repeated run knows what its results were made from. Links are followed.</summary>
public static class Stamp
{
    /// <summary>A file's name, size and time of the last change; a size of -1 where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">How the file is called in the stamp; null for its full path.</param>
    public static string OfFile(string path, string? name = null)
    {
        FileInfo file = Target(path);
        return string.Create(CultureInfo.InvariantCulture, $"{name ?? Path.GetFullPath(path)} {(file.Exists ? file.Length : -1)} {(file.Exists ? file.LastWriteTimeUtc.Ticks : 0)}");
    }

    /// <summary>How the file of a stamp is called in it.</summary>
    /// <param name="stamp">What <see cref="OfFile"/> gave; of another text, all of it.</param>
    public static string NameIn(string stamp)
    {
        int size = stamp.LastIndexOf(' ');
        int end = size > 0 ? stamp.LastIndexOf(' ', size - 1) : -1;
        return end < 0 ? stamp : stamp[..end];
    }

    /// <summary>Whether two files have the same size and time of the last change, as a copy has that was not touched since.</summary>
    public static bool Same(string one, string other)
    {
        FileInfo first = Target(one);
        return first.Exists && IsOf(other, first.Length, first.LastWriteTimeUtc);
    }

    /// <summary>Whether a file is there and has this size and time of the last change.</summary>
    internal static bool IsOf(string path, long bytes, DateTime changed) =>
        Target(path) is { Exists: true } file && file.Length == bytes && file.LastWriteTimeUtc == changed;

    /// <summary>Whether a file is there and has the size and time of the last change of a mark.</summary>
    internal static bool IsOf(string path, FileMark mark) => IsOf(path, mark.Bytes, mark.Changed);

    /// <summary>A hash of several texts, 32 hexadecimal digits.</summary>
    public static string Hash(IEnumerable<string> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..32];

    /// <summary>The file at the end of all links.</summary>
    internal static FileInfo Target(string path)
    {
        FileInfo file = new(path);
        return file.LinkTarget is null ? file : (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;
    }
}
