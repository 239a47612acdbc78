using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Tests.Replicas.Ranks;

public sealed class SilenceWatchTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    [Fact]
    public void OneThatIsStarting_MayBeSilentForLonger()
    {
        SilenceWatch watch = SilenceWatch.OfStarting(2, Limit, TimeSpan.Zero);
        List<int?> seen = [];

        for (int second = 0; second <= 301; second++)
        {
            if (second % 2 == 0) watch.Hear(0, TimeSpan.FromSeconds(second));
            seen.Add(watch.Look([0, 1], TimeSpan.FromSeconds(second)));
        }

        Assert.All(seen[..301], static silent => Assert.Null(silent));
        Assert.Equal(1, seen[301]);
        Assert.Equal(SilenceWatch.StartLimit, watch.LimitOf(1));
    }

    [Fact]
    public void OneThatHasBeenHeard_HasTheLimit()
    {
        SilenceWatch watch = SilenceWatch.OfStarting(1, Limit, TimeSpan.Zero);
        watch.Hear(0, TimeSpan.FromSeconds(1));
        List<int?> seen = [.. Enumerable.Range(2, 4).Select(second => watch.Look([0], TimeSpan.FromSeconds(second)))];

        Assert.All(seen, static silent => Assert.Null(silent));
        Assert.Equal(0, watch.Look([0], TimeSpan.FromSeconds(6)));
        Assert.Equal(Limit, watch.LimitOf(0));
    }

    [Fact]
    public void ALimitLongerThanTheStarts_HoldsFromTheBeginning() =>
        Assert.Equal(TimeSpan.FromHours(1), SilenceWatch.OfStarting(1, TimeSpan.FromHours(1), TimeSpan.Zero).LimitOf(0));
}
