namespace NnUNet.Core.Models.Pretrained;

/// <summary>The part of a file that has been downloaded, and the ETag of its version.</summary>
internal sealed class PartialFile(string path)
{
    private readonly string _markPath = path + ".part.etag";

    /// <summary>The file.</summary>
    public string Path { get; } = path + ".part";

    /// <summary>Bytes that are there.</summary>
    public long Length => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    /// <summary>The version's mark; null where the server gave none, so that nothing can be continued.</summary>
    public string? Mark => File.Exists(_markPath) ? File.ReadAllText(_markPath) : null;

    /// <summary>Begins anew.</summary>
    public void Begin(string? mark)
    {
        Delete();
        if (mark is not null) File.WriteAllText(_markPath, mark);
    }

    /// <summary>Opens the file at its end.</summary>
    public FileStream Append() => new(Path, FileMode.Append, FileAccess.Write, FileShare.None, 1 << 16);

    /// <summary>Removes the file and its mark.</summary>
    public void Delete()
    {
        File.Delete(Path);
        File.Delete(_markPath);
    }

    /// <summary>Gives the file its name.</summary>
    public void Finish(string name)
    {
        File.Move(Path, name, overwrite: true);
        File.Delete(_markPath);
    }
}
