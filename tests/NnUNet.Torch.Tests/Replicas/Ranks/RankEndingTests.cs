using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Tests.Replicas.Ranks;

public sealed class RankEndingTests
{
    [Theory]
    [InlineData("75", 0, 75)]
    [InlineData("130", 0, 130)]
    [InlineData("75", 1, 1)]
    [InlineData("", 0, 0)]
    [InlineData(null, 0, 0)]
    [InlineData(null, 3, 3)]
    public void ExitCode_IsWhatTheLeadingRankTold_UnlessARankFailed(string? told, int ofTheLauncher, int expected)
    {
        // Given a file as a rank has written it
        using RankEnding ending = new();
        Dictionary<string, string?> environment = [];
        ending.HandTo(environment);
        string file = environment[RankEnding.FileVariable]!;
        if (told is not null) File.WriteAllText(file, told);

        Assert.Equal(expected, ending.ExitCode(ofTheLauncher));

        // And nothing is left
        ending.Dispose();
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void Tell_WithoutAStarter_LeavesItToTheProcess()
    {
        Assert.False(RankEnding.IsAwaited);
        Assert.False(RankEnding.Tell(75));
    }
}
