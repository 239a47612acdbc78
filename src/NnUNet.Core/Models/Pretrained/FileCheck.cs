using System.Security.Cryptography;
using NnUNet.Foundation;

namespace NnUNet.Core.Models.Pretrained;

/// <summary>Compares a downloaded file with what is known of it.</summary>
internal static class FileCheck
{
    /// <summary>Checks length and check sum.</summary>
    /// <exception cref="DownloadException">One of them is another.</exception>
    public static void Verify(string where, string path, DownloadOptions options)
    {
        long length = new FileInfo(path).Length;
        if (options.Length is { } expected && length != expected) throw new DownloadException(where, $"the file has {length} bytes instead of {expected}", "it has been replaced; check the address");
        if (options.Checksum is not { } checksum) return;
        string[] parts = checksum.Split(':', 2);
        using FileStream stream = InputFile.Open(path);
#pragma warning disable CA5351 // many archives publish MD5 only; it finds damage, which is all that is asked of it here
        byte[] actual = parts[0] switch
        {
            "sha256" => SHA256.HashData(stream),
            "md5" => MD5.HashData(stream),
            _ => throw new DownloadException(where, $"the check sum \"{checksum}\" is of no known kind", "give it as sha256:… or md5:…"),
        };
#pragma warning restore CA5351
        string text = Convert.ToHexStringLower(actual);
        if (parts.Length < 2 || !text.Equals(parts[1], StringComparison.OrdinalIgnoreCase))
        {
            throw new DownloadException(where, $"its {parts[0]} is {text}, not {parts[^1]}", "the file was damaged on the way or has been replaced; download it again, or check the address");
        }
    }
}
