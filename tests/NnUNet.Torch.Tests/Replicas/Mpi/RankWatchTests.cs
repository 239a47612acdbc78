using NnUNet.Torch.Replicas.Mpi;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Tests.Replicas.Mpi;

public sealed class RankWatchTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly CollectiveCall Sum = new(CollectiveKind.Sum, 4096);

    [Fact]
    public void RankZero_HearsAllOthersAndTheyHearIt()
    {
        Assert.Equal([1, 2], New(0).Peers);
        Assert.Equal([0], New(2).Peers);
    }

    [Theory]
    [InlineData(60, 1)]
    [InlineData(2, 0.5)]
    public void TheInterval_IsASecondOrLess(double limit, double expected) => Assert.Equal(expected, SilenceWatch.Interval(TimeSpan.FromSeconds(limit)).TotalSeconds);

    [Fact]
    public void ASilentRank_IsNamedOnceTheLimitIsOver()
    {
        // Given a watch that looks every second, and a rank that is heard only at the beginning
        RankWatch watch = New(0);
        List<string?> seen = [];

        // When
        for (int second = 0; second <= 61; second++)
        {
            watch.Hear(2, 0, default, TimeSpan.FromSeconds(second));
            seen.Add(watch.Look(TimeSpan.FromSeconds(second)));
        }

        // Then
        Assert.All(seen[..61], Assert.Null);
        Assert.Equal("rank 1 on host b has not answered for 60 s", seen[61]);
    }

    [Fact]
    public void AWatchThatWasStoppedItself_BeginsAnew()
    {
        RankWatch watch = New(1);
        Assert.Null(watch.Look(TimeSpan.FromSeconds(1)));

        // When it was stopped for an hour
        Assert.Null(watch.Look(TimeSpan.FromHours(1)));

        // Then the limit counts from there on
        Assert.Null(watch.Look(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(29)));
        Assert.Null(watch.Look(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(58)));
        Assert.NotNull(watch.Look(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(61)));
    }

    [Fact]
    public void TheSameOperation_IsNoFault()
    {
        RankWatch watch = New(0);
        watch.Begin(Sum);

        Assert.Null(watch.Hear(1, 1, Sum, default));
        Assert.Null(watch.Hear(1, 0, default, default));
    }

    [Fact]
    public void AnotherOperationOfTheSameNumber_IsAFault()
    {
        RankWatch watch = New(0);
        watch.Begin(Sum);
        watch.Begin(new CollectiveCall(CollectiveKind.Broadcast, 8, 1));

        Assert.Equal(
            "rank 1 on host b waits in a barrier where rank 0 takes 8 bytes from rank 1: the ranks do not do the same any more",
            watch.Hear(1, 2, new CollectiveCall(CollectiveKind.Barrier), default));
    }

    [Fact]
    public void AnOperationThatIsNotBegunHereOrLongOver_IsNotCompared()
    {
        RankWatch watch = New(0);
        for (int i = 0; i < 300; i++) watch.Begin(Sum);
        CollectiveCall other = new(CollectiveKind.Gather, 1);

        Assert.Null(watch.Hear(1, 301, other, default));
        Assert.Null(watch.Hear(1, 44, other, default));
        Assert.NotNull(watch.Hear(1, 45, other, default));
    }

    private static RankWatch New(int rank) => new(rank, ["a", "b", "c"], Limit, TimeSpan.Zero);
}
