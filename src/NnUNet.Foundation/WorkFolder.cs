namespace NnUNet.Foundation;

/// <summary>A folder that one process works in until it is moved or removed, with a lock beside it that tells whether that process lives.</summary>
/// <remarks>The lock is taken before the folder is made and given back after it is gone, so that a folder of a running process is never without one.</remarks>
public sealed class WorkFolder : IDisposable
{
    private const string LockEnding = ".lock";

    private readonly FileLock _lock;

    private WorkFolder(string path, FileLock held) => (Path, _lock) = (path, held);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>A new, empty folder.</summary>
    /// <param name="parent">The folder that it lies in; made where it is missing.</param>
    /// <param name="prefix">What its name begins with; a dot hides it from those that list the parent.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static WorkFolder Create(string parent, string prefix)
    {
        string path = System.IO.Path.Combine(parent, $"{prefix}{Guid.NewGuid():N}");
        if (!FileLock.TryTake(path + LockEnding, out FileLock? held)) throw new IOException($"{path}{LockEnding} is held by another process");
        try
        {
            Directory.CreateDirectory(path);
            return new WorkFolder(path, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Goes through the folders whose process has ended, and removes each of them afterwards.</summary>
    /// <param name="parent">The folder that they lie in.</param>
    /// <param name="prefix">What their names begin with.</param>
    /// <param name="recover">Takes out of a folder what is worth keeping; when it throws, the folder stays. Null for nothing.</param>
    /// <exception cref="IOException">A folder cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder cannot be removed.</exception>
    public static Leftovers RemoveAbandoned(string parent, string prefix, Action<string>? recover = null)
    {
        if (!Directory.Exists(parent)) return Leftovers.None;
        EnumerationOptions all = new() { AttributesToSkip = FileAttributes.ReparsePoint };
        string[] folders =
        [
            .. Directory.EnumerateFiles(parent, prefix + "*" + LockEnding, all).Select(static f => f[..^LockEnding.Length]).Order(StringComparer.Ordinal),
        ];
        List<string> removed = [], left = [];
        foreach (string folder in folders)
        {
            string place = folder + LockEnding;
            LockState state = TemporaryFiles.StateOf(place);
            if (state is LockState.Held or LockState.Gone) continue;
            if (state == LockState.Unknown || (TemporaryFiles.IsNetworkDrive(parent) && !FileLock.IsOfThisMachine(place)))
            {
                left.Add(folder);
                continue;
            }

            if (!FileLock.TryTake(place, out FileLock? held)) continue; // another process was faster
            using (held)
            {
                if (Directory.Exists(folder))
                {
                    recover?.Invoke(folder);
                    Directory.Delete(folder, recursive: true);
                    removed.Add(folder);
                }
            }
        }

        return new Leftovers(removed.ToValueArray(), left.ToValueArray());
    }

    /// <summary>Removes the folder with what is left in it.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
        _lock.Dispose();
    }
}
