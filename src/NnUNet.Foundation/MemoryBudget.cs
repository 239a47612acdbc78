namespace NnUNet.Foundation;

/// <summary>Lets work start while its memory fits a limit; one piece of work may always run, however large.</summary>
/// <param name="limit">Bytes; 0 means what <see cref="MemoryLimit"/> leaves for cases.</param>
/// <remarks>What the whole program may not take is refused before it comes here (<see cref="MemoryLimit.Check"/>).</remarks>
public sealed class MemoryBudget(long limit)
{
    private static readonly TimeSpan CancelInterval = TimeSpan.FromMilliseconds(100);

    private const int LargeShare = 8;

    private readonly object _gate = new();
    private long _taken;
    private long _working;
    private int _running;

    /// <summary>Bytes that may be taken.</summary>
    public long Limit { get; } = limit > 0 ? limit : MemoryLimit.ForWork;

    /// <summary>Called where work waits for nothing but bytes that are kept: gives back what can be had again in another way.</summary>
    public Action? MakeRoom { get; set; }

    /// <summary>Waits until the bytes fit, or nothing else runs. Dispose what is returned when the work is done.</summary>
    /// <param name="bytes">What the work takes at most.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    public IDisposable Enter(long bytes, CancellationToken cancel)
    {
        if (OnlyKeptIsInTheWay(bytes)) MakeRoom?.Invoke();
        lock (_gate)
        {
            while (_running > 0 && _taken + bytes > Limit)
            {
                Monitor.Wait(_gate, CancelInterval);
                cancel.ThrowIfCancellationRequested();
            }

            _running++;
            _working += bytes;
            _taken += bytes;
            return new Share(this, bytes);
        }
    }

    /// <summary>Takes bytes that stay in memory after the work; false where they do not fit.</summary>
    public bool TryKeep(long bytes)
    {
        lock (_gate)
        {
            if (_taken + bytes > Limit) return false;
            _taken += bytes;
            return true;
        }
    }

    /// <summary>Gives bytes back that were kept.</summary>
    public void Release(long bytes)
    {
        lock (_gate)
        {
            _taken -= bytes;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>After work or a part of it: gives back to the system what the work no longer holds, where it was much.</summary>
    /// <param name="bytes">What the work takes at most.</param>
    public void Sweep(long bytes)
    {
        // The runtime would keep the arrays of a large case for a while, beside those of what comes next.
        if (bytes > Limit / LargeShare) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private bool OnlyKeptIsInTheWay(long bytes)
    {
        lock (_gate) return _taken > 0 && _taken - _working + bytes > Limit;
    }

    private sealed class Share(MemoryBudget budget, long bytes) : IDisposable
    {
        public void Dispose()
        {
            budget.Sweep(bytes);
            lock (budget._gate)
            {
                budget._running--;
                budget._working -= bytes;
                budget.Release(bytes);
            }
        }
    }
}
