namespace NnUNet.Torch.Replicas;

/// <summary>Where the threads of one training meet: each brings something, and the last to come makes of it what all take away.</summary>
/// <param name="world">How many meet.</param>
internal sealed class Meeting(int world)
{
    private readonly object[] _brought = new object[world];
    private readonly object _gate = new();
    private int _arrived;
    private long _round;
    private object? _made;
    private string? _broken;

    /// <summary>How many meet.</summary>
    public int World => world;

    /// <summary>Waits for all.</summary>
    /// <param name="rank">Who comes.</param>
    /// <param name="brings">What it brings; nobody changes it before all have gone on from the next meeting.</param>
    /// <param name="make">Makes the result of what all bring, in the order of their ranks; an exception of it lets all others go with its message.</param>
    /// <returns>The result, the same object for all.</returns>
    /// <exception cref="ReplicaLostException">One of them cannot come any more.</exception>
    public object? Meet(int rank, object brings, Func<object[], object?> make)
    {
        lock (_gate)
        {
            ThrowIfBroken();
            long round = _round;
            _brought[rank] = brings;
            if (++_arrived == world)
            {
                try
                {
                    _made = make(_brought);
                }
                catch (Exception e)
                {
                    Break(e.Message);
                    throw;
                }

                _arrived = 0;
                _round++;
                Monitor.PulseAll(_gate);
                return _made;
            }

            while (_round == round)
            {
                ThrowIfBroken();
                Monitor.Wait(_gate);
            }

            return _made;
        }
    }

    /// <summary>Lets all who wait, and all who come, go with an exception.</summary>
    public void Break(string reason)
    {
        lock (_gate)
        {
            _broken ??= reason;
            Monitor.PulseAll(_gate);
        }
    }

    private void ThrowIfBroken()
    {
        if (_broken is { } reason) throw new ReplicaLostException(reason);
    }
}
