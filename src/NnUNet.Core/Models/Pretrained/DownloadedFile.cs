using System.Security.Cryptography;
using System.Text;
using NnUNet.Foundation;

namespace NnUNet.Core.Models.Pretrained;

/// <summary>A file that was downloaded to be used once: it is gone when this is disposed, with its folder where nothing else is in that.</summary>
/// <remarks>
/// While it is downloaded and used, a lock beside it tells others so. What an earlier run was stopped in is gone on with where the
/// address is the same; what can no longer be of use to anyone is removed.
/// </remarks>
public sealed class DownloadedFile : IDisposable
{
    private const string Ending = ".zip";
    private const string LockEnding = ".lock";

    private readonly FileLock _lock;

    private DownloadedFile(string path, FileLock held) => (Path, _lock) = (path, held);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Downloads a file.</summary>
    /// <param name="url">Its address.</param>
    /// <param name="folder">The folder of all downloads; made where it is missing.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Reports when a connection begins, with what an earlier one has left, and after each piece.</param>
    /// <param name="cancel">Stops; what has come is kept.</param>
    /// <exception cref="DownloadException">The server cannot be reached, refuses, sends something else, or stops again and again; or another process downloads the same.</exception>
    public static async Task<DownloadedFile> FetchAsync(Uri url, string folder, DownloadOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.ToString())))[..16];
        string path = System.IO.Path.Combine(folder, name + Ending);
        if (!FileLock.TryTake(path + LockEnding, out FileLock? held))
        {
            throw new DownloadException(url.ToString(), $"{FileLock.OwnerOf(path + LockEnding) ?? "another process"} is downloading it", "wait until that is done, or stop it");
        }

        DownloadedFile file = new(path, held);
        try
        {
            file.RemoveUseless(folder);
            await ModelDownloader.DownloadAsync(url, path, options, progress, cancel).ConfigureAwait(false);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of downloads that were interrupted and can be gone on with, those of running processes too; 0 where there is no such folder.</summary>
    /// <param name="folder">The folder of all downloads.</param>
    public static long Unfinished(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*" + Ending + PartialFile.Ending).Sum(static f => f.Length) : 0;

    /// <summary>Removes the file, and its lock.</summary>
    public void Dispose()
    {
        File.Delete(Path);
        _lock.Dispose();
        string folder = System.IO.Path.GetDirectoryName(Path)!;
        try
        {
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
        }
        catch (IOException)
        {
            // Another download has begun in it meanwhile.
        }
    }

    /// <summary>Whole files of processes that were killed before they could use them, and parts that no download can go on with.</summary>
    private void RemoveUseless(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*" + Ending), .. Directory.EnumerateFiles(folder, "*" + Ending + PartialFile.Ending).Select(static f => f[..^PartialFile.Ending.Length])];
        foreach (string file in files.Distinct().Order(StringComparer.Ordinal))
        {
            FileLock? held = null;
            if (file != Path && !FileLock.TryTake(file + LockEnding, out held)) continue; // in work
            using (held)
            {
                PartialFile part = new(file);
                if (part.Mark is null) part.Delete();
                File.Delete(file);
            }
        }
    }
}
