namespace NnUNet.Cli.Frame;

/// <summary>Estimates when a piece of work ends, by the time that its done part has taken.</summary>
/// <remarks>
/// Nothing is said before <see cref="Basis"/> has passed and something is done, nor after an estimate has turned out too short.
/// Estimates follow new reports the more slowly, the longer the work has run, and count down between them.
/// </remarks>
internal sealed class RemainingTime(TimeProvider clock)
{
    /// <summary>What is done in less time says too little.</summary>
    public static readonly TimeSpan Basis = TimeSpan.FromSeconds(3);

    /// <summary>A report counts half when it covers this share of the time so far.</summary>
    private const double Slowness = 0.1;

    private long _from = clock.GetTimestamp();
    private double _before;
    private double _share;
    private TimeSpan _last;
    private double? _seconds;

    /// <summary>The work begins, or is seen to begin only now: the time before does not count.</summary>
    /// <param name="share">What was done before, 0 to 1.</param>
    public void Begin(double share = 0) => (_from, _before, _share, _last, _seconds) = (clock.GetTimestamp(), share, share, TimeSpan.Zero, null);

    /// <summary>Some of the work is done.</summary>
    /// <param name="share">How much of it, 0 to 1; less than before changes nothing.</param>
    public void Report(double share)
    {
        if (share <= _share) return;
        _share = share;
        TimeSpan elapsed = clock.GetElapsedTime(_from);
        if (elapsed < Basis) return;
        double seconds = elapsed.TotalSeconds * (1 - _before) / (share - _before);
        double since = (elapsed - _last).TotalSeconds;
        _seconds = _seconds is { } old ? old + ((seconds - old) * since / (since + (Slowness * elapsed.TotalSeconds))) : seconds;
        _last = elapsed;
    }

    /// <summary>About how long the work still takes; null where there is no basis for an estimate.</summary>
    public TimeSpan? Left()
    {
        if (_seconds is not { } seconds || _share >= 1) return null;
        TimeSpan left = TimeSpan.FromSeconds(seconds) - clock.GetElapsedTime(_from);
        return left > TimeSpan.Zero ? left : null;
    }
}
