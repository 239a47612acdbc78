namespace NnUNet.Cli.Tests.Frame;

/// <summary>A clock that a test moves.</summary>
internal sealed class Clock : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => _now;

    /// <summary>Noon of a Monday, and what has passed since.</summary>
    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero) + TimeSpan.FromTicks(_now);

    public void Advance(TimeSpan time) => _now += time.Ticks;
}
