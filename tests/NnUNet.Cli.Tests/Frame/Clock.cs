namespace NnUNet.Cli.Tests.Frame;

/// <summary>A clock that a test moves.</summary>
internal sealed class Clock : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => _now;

    /// <summary>Noon of a Monday, and what has passed since.</summary>
    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero) + TimeSpan.FromTicks(_now);

    /// <summary>Lets time pass; timers that fall due meanwhile call at their times, on this thread.</summary>
    public void Advance(TimeSpan time)
    {
        long end = _now + time.Ticks;
        while (_timers.Where(t => t.Due <= end).MinBy(static t => t.Due) is { } next)
        {
            _now = Math.Max(_now, next.Due);
            next.Call();
        }

        _now = end;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, () => callback(state), _now + dueTime.Ticks, period.Ticks);
        _timers.Add(timer);
        return timer;
    }

    private sealed class Timer(Clock clock, Action call, long due, long period) : ITimer
    {
        public long Due { get; private set; } = due;

        public void Call()
        {
            Due += period;
            call();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("no test needs it");

        public void Dispose() => clock._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
