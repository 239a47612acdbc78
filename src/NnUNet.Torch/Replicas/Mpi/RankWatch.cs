using NnUNet.Torch.Replicas.Ranks;
namespace NnUNet.Torch.Replicas.Mpi;

/// <summary>Who has been heard when, and what they do: rank 0 listens to all others, and they to rank 0.</summary>
/// <remarks>
/// Only silence is limited, never waiting: a rank may wait in a barrier for the hours that rank 0 takes to validate, and a computation may
/// be long, and in both a thread of its own answers. A deadlock of ranks that all answer is found where two of them are in operations of
/// the same number that differ (<see cref="Hear"/>): that cannot come to an end.
/// </remarks>
internal sealed class RankWatch
{
    private const int Kept = 256; // operations that one rank may be ahead of another: buckets in flight, with room
    private readonly CollectiveCall[] _calls = new CollectiveCall[Kept];
    private readonly SilenceWatch _silence;
    private readonly int _rank;
    private readonly IReadOnlyList<string> _hosts;
    private readonly TimeSpan _limit;

    /// <summary>A watch that begins now.</summary>
    /// <param name="rank">The own number.</param>
    /// <param name="hosts">The host of each rank.</param>
    /// <param name="limit">How long a rank may be silent.</param>
    /// <param name="now">The time of any clock that only goes forward.</param>
    public RankWatch(int rank, IReadOnlyList<string> hosts, TimeSpan limit, TimeSpan now)
    {
        (_rank, _hosts, _limit) = (rank, hosts, limit);
        _silence = new SilenceWatch(hosts.Count, limit, now);
        Peers = rank == 0 ? [.. Enumerable.Range(1, hosts.Count - 1)] : [0];
    }

    /// <summary>Those this rank sends to and hears.</summary>
    public IReadOnlyList<int> Peers { get; }

    /// <summary>How often each says that it is there.</summary>
    public TimeSpan Interval => SilenceWatch.Interval(_limit);

    /// <summary>The number of the last operation that was begun here, from 1 on; 0: none.</summary>
    public long Begun { get; private set; }

    /// <summary>Notes that the next operation begins here.</summary>
    public void Begin(CollectiveCall call) => _calls[++Begun % Kept] = call;

    /// <summary>Notes a sign of life.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="number">The number of the operation that it waits in; 0: none.</param>
    /// <param name="call">That operation.</param>
    /// <param name="now">The time.</param>
    /// <returns>What is wrong: both are in operations that do not fit to each other. Null: nothing.</returns>
    public string? Hear(int peer, long number, CollectiveCall call, TimeSpan now)
    {
        _silence.Hear(peer, now);
        if (number <= 0 || number > Begun || number <= Begun - Kept) return null;

        CollectiveCall own = _calls[number % Kept];
        return own == call ? null : $"rank {peer} on host {_hosts[peer]} {call} where rank {_rank} {own}: the ranks do not do the same any more";
    }

    /// <summary>Looks at the clock.</summary>
    /// <returns>Who has been silent for too long, in a sentence without its end; null: nobody.</returns>
    public string? Look(TimeSpan now) => _silence.Look(Peers, now) is { } peer ? SilenceWatch.Sentence(peer, _hosts[peer], _limit) : null;
}
