using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Web.Frame;
using NnUNet.Web.Service.Models;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Service.Jobs;

/// <summary>Works on one job after the other, on a thread of its own: the device does one thing at a time.</summary>
internal sealed class JobWorker : IHostedService, IDisposable
{
    /// <summary>A job in whose work the program ended so often is not begun again.</summary>
    private const int MostAttempts = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestSweep = TimeSpan.FromSeconds(30);

    private readonly JobStore _store;
    private readonly ServedModels _models;
    private readonly ServiceSettings _settings;
    private readonly ServiceMeter _meter;
    private readonly ILogger<JobWorker> _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private Thread? _thread;
    private ITimer? _sweeping;

    /// <summary>A worker that is not started.</summary>
    public JobWorker(JobStore store, ServedModels models, ServiceSettings settings, ServiceMeter meter, ILogger<JobWorker> logger, TimeProvider time) =>
        (_store, _models, _settings, _meter, _logger, _time) = (store, models, settings, meter, logger, time);

    /// <summary>Whether it works, so that jobs are taken.</summary>
    public bool Works => _thread is { IsAlive: true } && !_stop.IsCancellationRequested;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (ServedModel model in _models.All)
        {
            foreach (string warning in model.Folder.Warnings) ServiceLog.ModelWarning(_logger, model.Name, warning);
        }

        if (_store.Waiting is > 0 and int waiting) ServiceLog.Continues(_logger, waiting);
        _thread = new Thread(Work) { Name = "jobs", IsBackground = true };
        _thread.Start();
        TimeSpan interval = TimeSpan.FromSeconds(Math.Clamp(_settings.KeepSeconds / 4, 0.25, LongestSweep.TotalSeconds));
        _sweeping = _time.CreateTimer(_ => Sweep(), null, interval, interval);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_sweeping is not null) await _sweeping.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_thread is { } thread) await Task.Run(thread.Join, CancellationToken.None).ConfigureAwait(false); // it stops within a batch of tiles
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private void Work()
    {
        using IDisposable memory = MemoryLimit.Set(_settings.MemoryBytes, _settings.HeldBytes);
        using IDisposable torch = TorchRuntime.LoadAhead();
        using LoadedModels loaded = new(TimeSpan.FromSeconds(_settings.IdleSeconds), _time);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (_store.Take(Patience, _stop.Token) is { } job) Run(job, loaded);
                else if (_models.All.FirstOrDefault(static m => !m.IsMeasured) is { } unknown) Measure(unknown);
                else loaded.UnloadIdle();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private void Run(Job job, LoadedModels loaded)
    {
        JobRecord record = job.Look().Record;
        record = record with { Attempts = record.Attempts + 1 };
        if (!job.TryBegin(record)) return;
        double waited = Math.Max(0, (_store.Now() - record.AcceptedAt) / 1000.0);
        long begin = Stopwatch.GetTimestamp();
        _meter.Begins(waited);
        JobCase? jobCase = null;
        JobRecord ended = record;
        string how = "cancelled";
        try
        {
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(job.Cancelled, _stop.Token);
            ended = Attempt(job, record, loaded, out jobCase, either.Token);
            how = ended.Fault is null ? "done" : "failed";
        }
        catch (OperationCanceledException) when (job.Cancelled.IsCancellationRequested)
        {
            // its files go below
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            how = "postponed"; // it is in its file, and the next service begins it anew
        }
#pragma warning disable CA1031 // a job must not end the service
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (e is not DescribedException) ServiceLog.JobBroke(_logger, job.Id, e);
            ended = record with { Fault = e is DescribedException described ? SafeWords.Of(described) : "Something went wrong here; the log of the program says what." };
            how = "failed";
        }

        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        End(job, ended, how, seconds);
        _meter.Ends(how, seconds);
        ServiceLog.JobEnded(_logger, job.Id, how, record.Model, jobCase?.Voxels ?? 0, waited, seconds);
    }

    private JobRecord Attempt(Job job, JobRecord record, LoadedModels loaded, out JobCase? jobCase, CancellationToken cancel)
    {
        jobCase = null;
        if (record.Attempts > MostAttempts) return record with { Fault = $"The program ended {MostAttempts} times while it worked on this." };
        JobStore.Write(job, record);
        JobFolders.Remove(job.ResultFolder);
        JobFolders.Remove(job.WorkFolder);
        JobFolders.Make(job.WorkFolder);
        if (_models.Find(record.Model) is not { } model) return record with { Fault = $"The model {record.Model} is not served any more." };

        (ChosenModel chosen, PredictOptions options) = model.Choose(record.Options.Folds, record.Options.Mirroring);
        PredictOptions own = options with { TemporaryFolder = job.WorkFolder };
        JobCase made = jobCase = new JobCase(job, chosen.Folder, chosen.Contract, own);
        PredictPipeline pipeline = new(
            new PipelineOptions(own) { LoadingBytes = model.IsLoaded ? 0 : 2 * chosen.CheckpointBytes },
            new Relay<PredictProgress>(job.Report),
            total: 1);
        pipeline.Run([made], () => loaded.Get(model, chosen, options), cancel);
        record = record with { Warnings = pipeline.Warnings.Select(static w => SafeWords.Of(w.Warning.ToString())).Order(StringComparer.Ordinal).ToValueArray() };
        return pipeline.Failures.FirstOrDefault() is { CaseId: not null } failure ? record with { Fault = SafeWords.Of(failure.Reason) } : record with { Result = made.Result };
    }

    private void End(Job job, JobRecord ended, string how, double seconds)
    {
        if (how == "postponed" && job.Postpone()) return;

        if (how is "done" or "failed")
        {
            ended = ended with { EndedAt = _store.Now(), Seconds = seconds };
            try
            {
                if (!job.Cancelled.IsCancellationRequested) JobStore.Write(job, ended);
                JobFolders.Remove(job.InputFolder); // nothing is kept but the result
                JobFolders.Remove(job.WorkFolder);
                if (ended.Fault is not null) JobFolders.Remove(job.ResultFolder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                ServiceLog.JobBroke(_logger, job.Id, e);
            }

            if (job.End(ended)) return;
        }

        JobStore.RemoveFiles(job);
    }

    private void Measure(ServedModel model)
    {
        model.IsMeasured = true;
        try
        {
            (ChosenModel chosen, PredictOptions options) = model.Choose([], mirrors: true);
            model.Estimate = InferenceEstimate.Measure(chosen.Folder, options);
        }
        catch (DescribedException e)
        {
            ServiceLog.ModelWarning(_logger, model.Name, e.Message);
        }
    }

    private void Sweep()
    {
        try
        {
            _store.Sweep();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ServiceLog.SweepFailed(_logger, e);
        }
    }
}
