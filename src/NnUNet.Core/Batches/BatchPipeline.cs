using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace NnUNet.Core.Batches;

/// <summary>How long the network waited for batches.</summary>
/// <param name="Waited">Time spent in <see cref="BatchPipeline.Take"/>.</param>
/// <param name="Total">Time since the last call of <see cref="BatchPipeline.TakeWait"/>.</param>
internal readonly record struct BatchWait(TimeSpan Waited, TimeSpan Total)
{
    /// <summary>Waiting as a share of the time, 0 to 1.</summary>
    public double Share => Total > TimeSpan.Zero ? Waited / Total : 0;
}

/// <summary>
/// Makes batches ahead on threads of its own and hands them out in order. What a batch holds does not depend on the number
/// of threads. Memory is bounded: a fixed number of batches exists at any time.
/// </summary>
/// <remarks>The first exception of a loader stops all of them and is thrown by the next <see cref="Take"/>.</remarks>
internal sealed class BatchPipeline : IBatchSource
{
    private readonly BatchSchedule _schedule;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _free;
    private readonly Stack<TrainingBatch> _spare = [];
    private readonly Dictionary<long, TrainingBatch> _ready = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _news = new(false);
    private readonly Thread[] _threads;
    private readonly Stopwatch _sinceLook = Stopwatch.StartNew();
    private TimeSpan _waited;
    private ExceptionDispatchInfo? _failure;
    private long _nextToMake;
    private long _nextToTake;

    /// <summary>Starts making batches.</summary>
    /// <param name="training">What training batches hold.</param>
    /// <param name="validation">What validation batches hold.</param>
    /// <param name="targets">The segmentations of each sample.</param>
    /// <param name="schedule">The order of batches.</param>
    /// <param name="first">The batch to begin with.</param>
    /// <param name="threads">Number of loader threads, at least 1.</param>
    /// <param name="prefetch">Batches that exist at any time, beyond one in use and one per thread.</param>
    internal BatchPipeline(
        BatchRecipe training, BatchRecipe validation, DeepSupervisionTargets targets, BatchSchedule schedule, BatchKey first, int threads, int prefetch = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(prefetch);
        _schedule = schedule;
        _nextToMake = schedule.PlaceOf(first);
        _nextToTake = _nextToMake;
        int batches = threads + prefetch + 1;
        _free = new SemaphoreSlim(batches, batches);
        for (int i = 0; i < batches; i++)
        {
            _spare.Push(new TrainingBatch(training.Share.Count, training.Channels, training.Settings.Patch, targets.Extents));
        }

        _threads = [.. Enumerable.Range(0, threads).Select(i => new Thread(() => Work(new BatchMaker(training, validation, targets)))
        {
            IsBackground = true,
            Name = $"batch loader {i}",
        })];
        foreach (Thread thread in _threads) thread.Start();
    }

    /// <summary>The next batch in order; waits until it is made. The caller disposes it when it is used up.</summary>
    /// <exception cref="InvalidOperationException">All batches of the schedule have been taken.</exception>
    public TrainingBatch Take(CancellationToken cancel = default)
    {
        if (_nextToTake >= _schedule.Count) throw new InvalidOperationException("all batches have been taken");

        long since = Stopwatch.GetTimestamp();
        try
        {
            while (true)
            {
                lock (_gate)
                {
                    _failure?.Throw();
                    if (_ready.Remove(_nextToTake, out TrainingBatch? batch))
                    {
                        _nextToTake++;
                        return batch;
                    }

                    _news.Reset();
                }

                _news.Wait(cancel);
            }
        }
        finally
        {
            _waited += Stopwatch.GetElapsedTime(since);
        }
    }

    /// <summary>How long <see cref="Take"/> has waited since the last call of <see cref="TakeWait"/>.</summary>
    public BatchWait Wait => new(_waited, _sinceLook.Elapsed);

    /// <summary>How long <see cref="Take"/> has waited since the last call of this method.</summary>
    public BatchWait TakeWait()
    {
        BatchWait wait = Wait;
        _waited = TimeSpan.Zero;
        _sinceLook.Restart();
        return wait;
    }

    /// <summary>Stops the threads and waits for them.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        foreach (Thread thread in _threads) thread.Join();
        _stop.Dispose();
        _free.Dispose();
        _news.Dispose();
    }

    private void Work(BatchMaker maker)
    {
        try
        {
            while (true)
            {
                // A batch's memory is taken before its number: the lowest number that is missing always has memory.
                _free.Wait(_stop.Token);
                TrainingBatch batch;
                long place;
                lock (_gate)
                {
                    if (_nextToMake >= _schedule.Count) return;

                    batch = _spare.Pop();
                    place = _nextToMake++;
                }

                maker.Make(_schedule.KeyAt(place), batch, _stop.Token);
                batch.LendUntilDisposed(Return);
                lock (_gate)
                {
                    _ready[place] = batch;
                    _news.Set();
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // whatever it is, the thread that takes batches must hear of it
        catch (Exception e)
#pragma warning restore CA1031
        {
            lock (_gate)
            {
                _failure ??= ExceptionDispatchInfo.Capture(e);
                _news.Set();
            }

            _stop.Cancel();
        }
    }

    private void Return(TrainingBatch batch)
    {
        lock (_gate) _spare.Push(batch);
        try
        {
            _free.Release();
        }
        catch (ObjectDisposedException)
        {
            // The pipeline ended before the last batch was given back.
        }
    }
}
