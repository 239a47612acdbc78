namespace NnUNet.Cli.Tests.Frame;

/// <summary>A clock that a test moves.</summary>
internal sealed class Clock : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public void Advance(TimeSpan time) => _now += time.Ticks;
}
