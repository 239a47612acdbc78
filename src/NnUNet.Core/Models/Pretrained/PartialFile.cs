using System.Security.Cryptography;
using NnUNet.Foundation;

namespace NnUNet.Core.Models.Pretrained;

/// <summary>The part of a file that has been downloaded, and the mark of the version that it is of.</summary>
internal sealed class PartialFile(string path)
{
    /// <summary>What is put behind the file's name.</summary>
    public const string Ending = ".part";

    private readonly string _markPath = path + Ending + ".etag";

    /// <summary>The file.</summary>
    public string Path { get; } = path + Ending;

    /// <summary>Bytes that are there.</summary>
    public long Length => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    /// <summary>The version's mark; null where the server gave none, so that nothing can be continued.</summary>
    public string? Mark => File.Exists(_markPath) ? InputFile.ReadText(_markPath) : null;

    /// <summary>Free bytes on its disk; null where the system does not tell.</summary>
    public long? Room
    {
        get
        {
            try
            {
                return new DriveInfo(System.IO.Path.GetFullPath(System.IO.Path.GetDirectoryName(Path)!)).AvailableFreeSpace;
            }
            catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>Begins anew.</summary>
    public void Begin(string? mark)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
        Delete();
        if (mark is not null) File.WriteAllText(_markPath, mark);
    }

    /// <summary>Opens the file at its end.</summary>
    public FileStream Append() => new(Path, FileMode.Append, FileAccess.Write, FileShare.None, 1 << 16);

    /// <summary>Removes the file and its mark.</summary>
    public void Delete()
    {
        if (!Directory.Exists(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)))) return;
        File.Delete(Path);
        File.Delete(_markPath);
    }

    /// <summary>Removes the file and its mark where that is possible.</summary>
    public void TryDelete()
    {
        try
        {
            Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk fails, or another process has it open: what is told is why nothing could be written.
        }
    }

    /// <summary>Gives the file its name.</summary>
    public void Finish(string name)
    {
        File.Move(Path, name, overwrite: true);
        File.Delete(_markPath);
    }
}

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
