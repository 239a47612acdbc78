using NnUNet.Testing;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.EndToEnd.Tests;

/// <summary>What happens to a training by two ranks where one of them is lost: it ends at once with the reason, and goes on with -c.</summary>
[Collection(RanksRun.Tests)]
public sealed class RanksFaultTests(RanksRun run)
{
    // Where silence is not the fault, it must not be what ends the training either.
    private const string ShortTimeout = "3", LongTimeout = "3600";

    /// <summary>From the fault to the end of all processes; on a quiet machine it takes less than 5 seconds.</summary>
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(40);

    [SkippableTheory]
    [InlineData("exception", 1, 1, "InvalidOperationException: a fault of the test")]
    [InlineData("exception", 0, 1, "InvalidOperationException: a fault of the test")]
    [InlineData("exit", 1, 3, "its process ends with exit code 3 before the training does")]
    [InlineData("KILL", 1, 137, "signal 9")]
    [InlineData("KILL", 0, 137, "signal 9")]
    [InlineData("STOP", 1, 69, "has not answered for 3 s")]
    [InlineData("STOP", 0, 69, "has not answered for 3 s")]
    [InlineData("full", 0, 1, "the file is larger than the limit")]
    public void ALostRank_EndsAllWithItsReason_AndContinuingMakesTheSame(string what, int rank, int exitCode, string reason)
    {
        // Given
        RanksRun.SkipWithoutMpi();
        string results = $"{what}{rank}", moment = run[$"{results}.moment"];

        // When the second epoch begins
        IReadOnlyList<int> ranks = [];
        using ChildProgram program = run.Start(results, RanksRun.Starter(), $"{what} {rank} {moment}", (RankSettings.TimeoutVariable, what == "STOP" ? ShortTimeout : LongTimeout));
        program.WaitUntil(() => (ranks = UnixProcesses.Ranks(program.Id)).Count == 2 && program.HasPrinted("2 replicas train together"), "both ranks train");
        ProgramResult result = program.WaitForEnd(RanksRun.Limit);
        TimeSpan took = DateTime.UtcNow - File.GetLastWriteTimeUtc(moment);

        // Then all end within seconds, with the exit code, the reason, the rank and its host
        Assert.True(took < EndsWithin, $"it took {took}{Environment.NewLine}{result.Error}");
        RanksRun.MustBeGone(ranks);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.True(result.Error.Contains(reason, StringComparison.Ordinal), result.Error);
        Assert.Matches($"rank {rank} .*on (host|node) {RanksRun.Host}", result.Error);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);

        // And it goes on from a checkpoint that is whole
        run.MustGoOn(results);
    }
}
