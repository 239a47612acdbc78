using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NnUNet.Foundation;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Service.Jobs;

/// <summary>Why no further job is taken.</summary>
internal enum FullBecause
{
    /// <summary>There is a place.</summary>
    No,

    /// <summary>As many wait as may.</summary>
    Queue,

    /// <summary>The client has as many as it may have.</summary>
    Client,
}

/// <summary>All jobs of a service: on disk, and their queue; for any thread.</summary>
internal sealed class JobStore : IDisposable
{
    private const int IdBytes = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Job> _jobs = new(StringComparer.Ordinal);
    private readonly LinkedList<Job> _queue = new();
    private readonly List<Place> _places = [];
    private readonly SemaphoreSlim _waiting = new(0);
    private readonly JobFolders _folders;
    private readonly ServiceSettings _settings;
    private readonly TimeProvider _time;

    private JobStore(JobFolders folders, ServiceSettings settings, TimeProvider time) => (_folders, _settings, _time) = (folders, settings, time);

    /// <summary>Jobs that wait, uploads in progress included.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _queue.Count + _places.Count;
        }
    }

    /// <summary>Jobs and results that are there.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _jobs.Count;
        }
    }

    /// <summary>Opens the folder of jobs; those that an earlier service accepted and did not end are in the queue again, in their order.</summary>
    /// <exception cref="DescribedException">It cannot be written, or another service has it.</exception>
    public static JobStore Open(ServiceSettings settings, TimeProvider time)
    {
        JobStore store = new(JobFolders.Open(settings.State), settings, time);
        store.ReadAll();
        return store;
    }

    /// <summary>The client's name in records: a hash of its address.</summary>
    public static string ClientOf(string address) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)))[..16];

    /// <summary>Takes a place in the queue for an upload.</summary>
    /// <param name="client">Whose it is.</param>
    /// <param name="place">The place; dispose it when the upload has ended in any way.</param>
    /// <returns>Why there is none.</returns>
    public FullBecause TryReserve(string client, out Place? place)
    {
        lock (_gate)
        {
            place = null;
            if (_queue.Count + _places.Count >= _settings.Queue) return FullBecause.Queue;
            int own = _places.Count(p => p.Client == client) + _jobs.Values.Count(j => j.Look() is { HasEnded: false } view && view.Record.Client == client);
            if (own >= _settings.PerClient) return FullBecause.Client;
            string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
            _places.Add(place = new Place(id, client, _folders.MakeIncoming(id), Free));
            return FullBecause.No;
        }
    }

    /// <summary>Makes a job of an upload: from now on it is not lost.</summary>
    /// <param name="place">The upload's place, which is used up.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="options">What was chosen.</param>
    /// <param name="channels">The channels within the folder of images.</param>
    /// <param name="previousStage">The first stage's segmentation there; null for none.</param>
    public Job Accept(Place place, string model, JobOptions options, IEnumerable<string> channels, string? previousStage)
    {
        ArgumentNullException.ThrowIfNull(place);
        JobRecord record = new()
        {
            Id = place.Id,
            Model = model,
            Client = place.Client,
            Options = options,
            AcceptedAt = Now(),
            Channels = channels.ToValueArray(),
            PreviousStage = previousStage,
        };
        ProductJson.Write(Path.Combine(place.Folder, JobFolders.RecordName), record);
        string folder = _folders.Of(place.Id);
        Directory.Move(place.Folder, folder); // the moment of acceptance
        Job job = new(record, folder);
        lock (_gate)
        {
            _places.Remove(place);
            _jobs[job.Id] = job;
            _queue.AddLast(job);
        }

        _waiting.Release();
        return job;
    }

    /// <summary>A job by its number; null where there is none.</summary>
    public Job? Find(string id)
    {
        lock (_gate) return _jobs.GetValueOrDefault(id);
    }

    /// <summary>How many jobs are before one in the queue; null where it does not wait.</summary>
    public int? PositionOf(Job job)
    {
        lock (_gate)
        {
            int at = 0;
            foreach (Job one in _queue)
            {
                if (one == job) return at;
                at++;
            }

            return null;
        }
    }

    /// <summary>Waits for a job.</summary>
    /// <param name="patience">How long.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <returns>The job; null where none came.</returns>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public Job? Take(TimeSpan patience, CancellationToken cancel)
    {
        if (!_waiting.Wait(patience, cancel)) return null;
        lock (_gate)
        {
            if (_queue.First is not { Value: var job }) return null; // it was called off
            _queue.RemoveFirst();
            return job;
        }
    }

    /// <summary>Writes a job's record.</summary>
    public static void Write(Job job, JobRecord record) => ProductJson.Write(Path.Combine(job.Folder, JobFolders.RecordName), record);

    /// <summary>Milliseconds since 1970.</summary>
    public long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>When a job's result is deleted, in milliseconds since 1970; null while it has not ended.</summary>
    public long? ExpiryOf(JobRecord record) => record.EndedAt + (long)(_settings.KeepSeconds * 1000);

    /// <summary>Calls a job off and removes it with its files; those of one that is in work go when that has stopped.</summary>
    /// <returns>Whether its files are gone already.</returns>
    public bool Remove(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        JobState before;
        lock (_gate)
        {
            _queue.Remove(job);
            _jobs.Remove(job.Id);
            before = job.Remove();
        }

        if (before == JobState.Running) return false;
        RemoveFiles(job);
        return true;
    }

    /// <summary>Removes the files of a job that was called off.</summary>
    public static void RemoveFiles(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        JobFolders.Remove(job.Folder);
        job.Dispose();
    }

    /// <summary>Removes the jobs whose time is over.</summary>
    public void Sweep()
    {
        Job[] over;
        lock (_gate) over = [.. _jobs.Values.Where(j => ExpiryOf(j.Look().Record) <= Now())];
        foreach (Job job in over) Remove(job);
    }

    /// <summary>Gives the folder back.</summary>
    public void Dispose()
    {
        _folders.Dispose();
        _waiting.Dispose();
        foreach (Job job in _jobs.Values) job.Dispose();
    }

    private void Free(Place place)
    {
        lock (_gate) _places.Remove(place);
    }

    private void ReadAll()
    {
        List<Job> unfinished = [];
        foreach (string folder in Directory.GetDirectories(_folders.Jobs))
        {
            string file = Path.Combine(folder, JobFolders.RecordName);
            try
            {
                JobRecord record = ProductJson.Read<JobRecord>(file);
                if (record.Id != Path.GetFileName(folder)) throw new DescribedException(file, string.Create(CultureInfo.InvariantCulture, $"it tells of job {record.Id}"), "remove it");
                Job job = new(record, folder);
                _jobs[record.Id] = job;
                if (record.EndedAt is null) unfinished.Add(job);
            }
            catch (DescribedException)
            {
                JobFolders.Remove(folder); // half removed, or changed by others: nobody can be told its result
            }
        }

        foreach (Job job in unfinished.OrderBy(static j => j.Look().Record.AcceptedAt))
        {
            _queue.AddLast(job);
            _waiting.Release();
        }
    }
}
