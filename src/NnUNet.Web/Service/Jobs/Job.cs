using NnUNet.Torch.Inference;

namespace NnUNet.Web.Service.Jobs;

/// <summary>Where a job is.</summary>
internal enum JobState
{
    /// <summary>It waits.</summary>
    Queued,

    /// <summary>It is in work.</summary>
    Running,

    /// <summary>Its segmentation is there.</summary>
    Done,

    /// <summary>It came to nothing.</summary>
    Failed,

    /// <summary>It was called off, and its files go.</summary>
    Removed,
}

/// <summary>A job at one moment.</summary>
/// <param name="Record">What its file tells.</param>
/// <param name="State">Where it is.</param>
/// <param name="Stage">In work: the stage.</param>
/// <param name="Share">How much of the work is done, 0 to 1.</param>
/// <param name="Changed">Completes with the next change.</param>
internal readonly record struct JobView(JobRecord Record, JobState State, PredictStage Stage, double Share, Task Changed)
{
    /// <summary>Whether nothing more will happen to it, but its removal.</summary>
    public bool HasEnded => State is JobState.Done or JobState.Failed or JobState.Removed;
}

/// <summary>A job while the service runs; for any thread.</summary>
/// <param name="record">What its file tells.</param>
/// <param name="folder">Its folder.</param>
internal sealed class Job(JobRecord record, string folder) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cancel = new();
    private TaskCompletionSource _changed = NewSignal();
    private JobRecord _record = record;
    private JobState _state = record.Fault is not null ? JobState.Failed : record.Result is not null ? JobState.Done : JobState.Queued;
    private PredictStage _stage;
    private double _share = record.EndedAt is null ? 0 : 1;

    /// <summary>Its number.</summary>
    public string Id => _record.Id;

    /// <summary>Its folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>The folder of its result.</summary>
    public string ResultFolder => Path.Combine(Folder, "result");

    /// <summary>The folder of temporary files while it is in work.</summary>
    public string WorkFolder => Path.Combine(Folder, "work");

    /// <summary>The folder of its images.</summary>
    public string InputFolder => Path.Combine(Folder, JobFolders.Input);

    /// <summary>Set when it is called off.</summary>
    public CancellationToken Cancelled => _cancel.Token;

    /// <summary>The job now.</summary>
    public JobView Look()
    {
        lock (_gate) return new JobView(_record, _state, _stage, _share, _changed.Task);
    }

    /// <summary>Takes it out of the queue; false where it was called off.</summary>
    public bool TryBegin(JobRecord record)
    {
        lock (_gate)
        {
            if (_state != JobState.Queued) return false;
            (_state, _record) = (JobState.Running, record);
            Signal();
            return true;
        }
    }

    /// <summary>Notes how far it is.</summary>
    public void Report(PredictProgress progress)
    {
        lock (_gate)
        {
            if (_state != JobState.Running || (progress.Stage == _stage && progress.RunShare <= _share)) return;
            (_stage, _share) = (progress.Stage, Math.Max(_share, progress.RunShare));
            Signal();
        }
    }

    /// <summary>Notes its end, unless it was called off.</summary>
    /// <returns>Whether it was not.</returns>
    public bool End(JobRecord record)
    {
        lock (_gate)
        {
            if (_state == JobState.Removed) return false;
            (_record, _share) = (record, 1);
            _state = record.Fault is null ? JobState.Done : JobState.Failed;
            Signal();
            return true;
        }
    }

    /// <summary>Puts it back into the queue, since the service stops, unless it was called off.</summary>
    /// <returns>Whether it was not.</returns>
    public bool Postpone()
    {
        lock (_gate)
        {
            if (_state != JobState.Running) return false;
            (_state, _share) = (JobState.Queued, 0);
            Signal();
            return true;
        }
    }

    /// <summary>Calls it off.</summary>
    /// <returns>What it was until now.</returns>
    public JobState Remove()
    {
        JobState before;
        lock (_gate)
        {
            before = _state;
            _state = JobState.Removed;
            Signal();
        }

        _cancel.Cancel();
        return before;
    }

    /// <inheritdoc/>
    public void Dispose() => _cancel.Dispose();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        _changed.SetResult();
        _changed = NewSignal();
    }
}
