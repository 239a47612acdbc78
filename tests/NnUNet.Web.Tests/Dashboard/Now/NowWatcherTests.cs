using NnUNet.Web.Dashboard.Now;

namespace NnUNet.Web.Tests.Dashboard.Now;

/// <summary>Who listens hears what changes.</summary>
public sealed class NowWatcherTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly NowAnswer Nothing = new([], [], 0);

    [Fact]
    public async Task WhileNobodyListens_NobodyLooks()
    {
        int looks = 0;
        NowWatcher watcher = new(() => Nothing with { More = Interlocked.Increment(ref looks) }, Pause, TimeSpan.FromMinutes(1));
        await using (IAsyncEnumerator<string> states = watcher.ListenAsync(CancellationToken.None).GetAsyncEnumerator())
        {
            Assert.True(await states.MoveNextAsync());
            Assert.True(await states.MoveNextAsync());
            Assert.True(watcher.IsWatching);
        }

        await Until(() => !watcher.IsWatching);
        int seen = looks;
        await Task.Delay(20 * Pause);

        Assert.Equal(seen, looks);
    }

    [Fact]
    public async Task WhatStaysTheSame_IsNotToldAgain()
    {
        NowWatcher watcher = new(static () => Nothing, Pause, 10 * Pause);
        await using IAsyncEnumerator<string> states = watcher.ListenAsync(CancellationToken.None).GetAsyncEnumerator();
        await states.MoveNextAsync();

        await states.MoveNextAsync();

        Assert.Equal("", states.Current); // only the sign of life
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(Pause).WaitAsync(TimeSpan.FromMinutes(5));
    }
}
