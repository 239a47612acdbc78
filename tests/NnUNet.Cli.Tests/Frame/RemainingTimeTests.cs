using NnUNet.Cli.Frame;

namespace NnUNet.Cli.Tests.Frame;

public sealed class RemainingTimeTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void BeforeAnythingIsDone_ThereIsNoEstimate()
    {
        RemainingTime left = new(_clock);

        Report(left, 10, 0, 0, 0);

        Assert.Null(left.Left());
    }

    [Fact]
    public void OfTheFirstMoment_NothingIsConcluded()
    {
        RemainingTime left = new(_clock);

        Report(left, 1, 0.01, 0.02);

        Assert.Null(left.Left());
    }

    [Fact]
    public void EvenWork_IsEstimatedExactly_AndCountsDownBetweenReports()
    {
        RemainingTime left = new(_clock);

        Report(left, 10, 0.1, 0.2, 0.3);
        TimeSpan atOnce = left.Left()!.Value;
        _clock.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(70, atOnce.TotalSeconds, 6);
        Assert.Equal(66, left.Left()!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void AnEstimateThatHasPassed_IsNotShown()
    {
        RemainingTime left = new(_clock);

        Report(left, 10, 0.5);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Null(left.Left());
    }

    [Fact]
    public void WhatIsDone_HasNothingLeft()
    {
        RemainingTime left = new(_clock);

        Report(left, 10, 0.5, 1);

        Assert.Null(left.Left());
    }

    [Fact]
    public void TheTimeBeforeTheBeginning_AndWhatWasDoneBefore_DoNotCount()
    {
        // Given: loading takes a minute, and half is there already
        RemainingTime left = new(_clock);
        _clock.Advance(TimeSpan.FromMinutes(1));
        left.Begin(0.5);

        // When
        Report(left, 10, 0.75);

        // Then
        Assert.Equal(10, left.Left()!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void AStepThatTakesMuchLonger_MovesTheEndSlowly()
    {
        // Given a hundred equal steps of a second each, half of them done
        RemainingTime left = new(_clock);
        for (int i = 1; i <= 50; i++) Report(left, 1, i / 100.0);
        TimeSpan before = left.Left()!.Value;

        // When one takes six
        Report(left, 6, 0.51);

        // Then: the plain mean would say 54 s
        Assert.Equal(50, before.TotalSeconds, 6);
        Assert.InRange(left.Left()!.Value.TotalSeconds, 45, 51);
    }

    private void Report(RemainingTime left, double seconds, params double[] shares)
    {
        foreach (double share in shares)
        {
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            left.Report(share);
        }
    }
}
