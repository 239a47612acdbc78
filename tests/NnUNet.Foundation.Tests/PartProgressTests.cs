namespace NnUNet.Foundation.Tests;

public sealed class PartProgressTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(100, 100)]
    [InlineData(12345, 100)]
    public void Shares_GrowUpToOne_InAHundredReportsAtMost(int parts, int reports)
    {
        List<double> heard = [];
        PartProgress progress = new(parts, new Relay<double>(heard.Add));

        for (int i = 0; i < parts; i++) progress.Next();

        Assert.Equal(reports, heard.Count);
        Assert.Equal(heard.Order(), heard);
        Assert.Equal(1, heard[^1]);
    }

    [Fact]
    public void Parts_ThatEndOnSeveralThreads_AreAllCounted()
    {
        double last = 0;
        PartProgress progress = new(5000, new Relay<double>(share => InterlockedMax(ref last, share)));

        ParallelLoop.ForEach(5000, _ => progress.Next(), 8);

        Assert.Equal(1, last);
    }

    [Fact]
    public void NobodyToHear_IsNoFault() => new PartProgress(3, null).Next();

    private static void InterlockedMax(ref double most, double value)
    {
        double before = Volatile.Read(ref most);
        while (value > before && Interlocked.CompareExchange(ref most, value, before) is var seen && seen != before) before = seen;
    }
}
