using NnUNet.Foundation;

namespace NnUNet.Web.Service.Jobs;

/// <summary>The folders of a service, readable by its user alone: <c>jobs/ID</c>, and <c>incoming/ID</c> while an upload comes.</summary>
internal sealed class JobFolders : IDisposable
{
    /// <summary>The images' folder in that of a job.</summary>
    public const string Input = "input";

    /// <summary>The record's file in a job's folder.</summary>
    public const string RecordName = "job.json";

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _root;
    private readonly FileLock _lock;

    private JobFolders(string root, FileLock held) => (_root, _lock) = (root, held);

    /// <summary>Where jobs lie.</summary>
    public string Jobs => Path.Combine(_root, "jobs");

    private string Incoming => Path.Combine(_root, "incoming");

    /// <summary>Opens or makes them, and removes what uploads that were interrupted have left.</summary>
    /// <exception cref="DescribedException">They cannot be written, or another service has them.</exception>
    public static JobFolders Open(string root)
    {
        root = Path.GetFullPath(root);
        try
        {
            Make(root);
            if (!FileLock.TryTake(Path.Combine(root, "service.lock"), out FileLock? held))
                throw new DescribedException(root, $"another service works with this folder ({FileLock.OwnerOf(Path.Combine(root, "service.lock"))})", "end it, or give this one a folder of its own (--state)");
            JobFolders folders = new(root, held);
            Remove(folders.Incoming);
            Make(folders.Incoming);
            Make(folders.Jobs);
            return folders;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DescribedException(root, $"the folder of jobs cannot be written ({e.Message.TrimEnd('.')})", "name another one by --state", e);
        }
    }

    /// <summary>A new folder for an upload.</summary>
    public string MakeIncoming(string id)
    {
        string folder = Path.Combine(Incoming, id);
        Make(folder);
        return folder;
    }

    /// <summary>The folder of a job, there or not.</summary>
    public string Of(string id) => Path.Combine(Jobs, id);

    /// <summary>Makes a folder for this user alone.</summary>
    public static void Make(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else if (Directory.Exists(folder)) File.SetUnixFileMode(folder, Owner);
        else Directory.CreateDirectory(folder, Owner);
    }

    /// <summary>Removes a folder with all that is in it, where it is there.</summary>
    public static void Remove(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>Gives the folders back.</summary>
    public void Dispose() => _lock.Dispose();
}
