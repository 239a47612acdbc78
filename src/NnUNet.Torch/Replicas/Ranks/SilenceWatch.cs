namespace NnUNet.Torch.Replicas.Ranks;

/// <summary>Who of several has been silent for too long.</summary>
internal sealed class SilenceWatch
{
    /// <summary>The exit code of a training that has lost a rank: EX_UNAVAILABLE of sysexits.h.</summary>
    public const int LostExitCode = 69;

    /// <summary>The sentence, without its end, of a rank that does not answer.</summary>
    public static string Sentence(int rank, string host, TimeSpan limit) => FormattableString.Invariant($"rank {rank} on host {host} has not answered for {limit.TotalSeconds:0.###} s");

    /// <summary>How long a process may take from its start to its first sign: on a busy machine, or from a slow disk, a runtime loads slowly.</summary>
    public static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    private readonly TimeSpan[] _heard;
    private readonly TimeSpan[] _limits;
    private readonly TimeSpan _limit;
    private TimeSpan _looked;

    /// <summary>A watch that begins now, of those who have been heard already.</summary>
    /// <param name="count">How many are heard.</param>
    /// <param name="limit">How long one may be silent.</param>
    /// <param name="now">The time of any clock that only goes forward.</param>
    public SilenceWatch(int count, TimeSpan limit, TimeSpan now)
    {
        (_heard, _limits, _limit, _looked) = (new TimeSpan[count], new TimeSpan[count], limit, now);
        Array.Fill(_heard, now);
        Array.Fill(_limits, limit);
    }

    /// <summary>A watch of those who are just being started.</summary>
    /// <inheritdoc cref="SilenceWatch(int, TimeSpan, TimeSpan)"/>
    public static SilenceWatch OfStarting(int count, TimeSpan limit, TimeSpan now)
    {
        SilenceWatch watch = new(count, limit, now);
        Array.Fill(watch._limits, limit > StartLimit ? limit : StartLimit);
        return watch;
    }

    /// <summary>How often each should say that it is there: a second, or a quarter of the limit where that is shorter.</summary>
    /// <param name="limit">How long one may be silent.</param>
    public static TimeSpan Interval(TimeSpan limit) => TimeSpan.FromSeconds(Math.Min(1, limit.TotalSeconds / 4));

    /// <summary>Notes a sign of life.</summary>
    public void Hear(int who, TimeSpan now) => (_heard[who], _limits[who]) = (now, _limit);

    /// <summary>How long one may be silent.</summary>
    public TimeSpan LimitOf(int who) => _limits[who];

    /// <summary>Looks at the clock, often within the limit.</summary>
    /// <param name="among">Those who should be heard.</param>
    /// <param name="now">The time.</param>
    /// <returns>One who has been silent for too long, or null.</returns>
    public int? Look(IEnumerable<int> among, TimeSpan now)
    {
        // Who did not look for a while was stopped itself (Ctrl+Z, scontrol suspend, a frozen machine) and could hear nobody.
        if (now - _looked > _limit / 2) Array.Fill(_heard, now);
        _looked = now;
        return among.Where(who => now - _heard[who] > _limits[who]).Select(static who => (int?)who).FirstOrDefault();
    }
}
