using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NnUNet.Torch.Pipelines;

/// <summary>Hashes by which a repeated run knows what its results were made from.</summary>
internal static class FileStamps
{
    /// <summary>A file's path, size and time of the last change; the path alone where there is none.</summary>
    public static string Of(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}") : file.FullName;
    }

    /// <summary>A hash of several texts, 32 hexadecimal digits.</summary>
    public static string Hash(IEnumerable<string> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..32];
}
