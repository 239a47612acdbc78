namespace NnUNet.Web.Service.Jobs;

/// <summary>A place in the queue that is held while an upload comes; unless it becomes a job, its disposal frees it and removes what has come.</summary>
/// <param name="id">The number that the job will have.</param>
/// <param name="client">Whose it is.</param>
/// <param name="folder">The folder of what comes.</param>
/// <param name="free">Frees the place.</param>
internal sealed class Place(string id, string client, string folder, Action<Place> free) : IDisposable
{
    private int _freed;

    /// <summary>The number that the job will have.</summary>
    public string Id => id;

    /// <summary>Whose it is.</summary>
    public string Client => client;

    /// <summary>The folder of what comes.</summary>
    public string Folder => folder;

    /// <summary>The folder of its images.</summary>
    public string InputFolder => Path.Combine(folder, JobFolders.Input);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _freed, 1) != 0) return;
        free(this);
        JobFolders.Remove(folder);
    }
}
