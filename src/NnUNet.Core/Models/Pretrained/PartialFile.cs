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
