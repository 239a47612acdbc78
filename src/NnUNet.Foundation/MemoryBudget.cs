namespace NnUNet.Foundation;

/// <summary>Lets work start while its memory fits a limit; one piece of work may always run, however large.</summary>
/// <param name="limit">Bytes; 0 means half of the memory that the process may use.</param>
public sealed class MemoryBudget(long limit)
{
    private static readonly TimeSpan CancelInterval = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private long _taken;
    private int _running;

    /// <summary>Bytes that a limit of 0 stands for: half of the memory that the process may use.</summary>
    public static long DefaultLimit => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>Bytes that may be taken.</summary>
    public long Limit { get; } = limit > 0 ? limit : DefaultLimit;

    /// <summary>Waits until the bytes fit, or nothing else runs. Dispose what is returned when the work is done.</summary>
    /// <param name="bytes">What the work takes at most.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    public IDisposable Enter(long bytes, CancellationToken cancel)
    {
        lock (_gate)
        {
            while (_running > 0 && _taken + bytes > Limit)
            {
                Monitor.Wait(_gate, CancelInterval);
                cancel.ThrowIfCancellationRequested();
            }

            _running++;
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

    private sealed class Share(MemoryBudget budget, long bytes) : IDisposable
    {
        public void Dispose()
        {
            lock (budget._gate)
            {
                budget._running--;
                budget.Release(bytes);
            }
        }
    }
}
