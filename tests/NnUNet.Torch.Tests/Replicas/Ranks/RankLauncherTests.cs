using System.Diagnostics;
using NnUNet.Testing;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Tests.Replicas.Ranks;

/// <summary>The starter of ranks, in a process of its own, and what it does where one of them is lost.</summary>
public sealed class RankLauncherTests
{
    private const int Ranks = 3;

    public static TheoryData<string> Kinds => ProbedRanks.Kinds;

    [SkippableFact]
    public void RanksThatEnd_EndTheStarter()
    {
        ProgramResult result = OwnRun(seconds: null, "end");

        Assert.Equal(0, result.ExitCode);
        Assert.All((int[])[0, 1, 2], rank => Assert.Contains($"rank {rank} of 3, local {rank}, has process", result.Output, StringComparison.Ordinal));
    }

    [SkippableFact]
    public void ARankThatFails_EndsTheOthersWithItsExitCode() => MustEnd(seconds: null, "exit", 3, "ended with exit code 3");

    [SkippableFact]
    public void AKilledRank_EndsTheOthers() => MustEnd(seconds: null, "kill", 137, "was killed by SIGKILL");

    [SkippableFact]
    public void AStoppedRank_EndsTheOthersAfterTheLimit() => MustEnd(ProbedRanks.ShortTimeout, "stop", 69, $"has not answered for {ProbedRanks.ShortTimeout} s");

    [SkippableFact]
    public void RanksThatDoNotStopByThemselves_AreEndedWhereOneIsLost()
    {
        // Given ranks that ignore SIGTERM, as those do that wait for the lost one
        using ChildProgram starter = OwnStart(seconds: null, "stubborn", "1");
        starter.WaitUntil(() => Enumerable.Range(0, Ranks).All(rank => starter.HasPrinted($"rank {rank} of 3")), "all ranks run");
        int lost = UnixProcesses.Ranks(starter.Id)[0];

        // When
        UnixProcesses.Signal(lost, UnixProcesses.KillSignal);
        ProgramResult result = starter.WaitForEnd(ProbedRanks.Limit);

        // Then
        Assert.Equal(137, result.ExitCode);
        ProbedRanks.MustBeGone(result.Output, Ranks);
    }

    [SkippableTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void ASignalToTheStarter_LetsTheRanksStopAtASafePlace(string signal)
    {
        using ChildProgram starter = OwnStart(seconds: null, "wait", "1");
        starter.WaitUntil(() => Enumerable.Range(0, Ranks).All(rank => starter.HasPrinted($"rank {rank} of 3")), "all ranks run");
        Skip.If(signal == "INT" && starter.IgnoresInterrupts, "the tests run with Ctrl+C ignored");

        starter.Signal(signal);
        ProgramResult result = starter.WaitForEnd(ProbedRanks.Limit);

        Assert.Equal(130, result.ExitCode);
        Assert.All((int[])[0, 1, 2], rank => Assert.Contains($"rank {rank} stops at a safe place", result.Output, StringComparison.Ordinal));
        ProbedRanks.MustBeGone(result.Output, Ranks);
    }

    [SkippableFact]
    public void ADeadStarter_LeavesNoRanks()
    {
        using ChildProgram starter = OwnStart(seconds: null, "wait", "1");
        starter.WaitUntil(() => Enumerable.Range(0, Ranks).All(rank => starter.HasPrinted($"rank {rank} of 3")), "all ranks run");

        starter.Signal("KILL");
        ProgramResult result = starter.WaitForEnd(ProbedRanks.Limit);

        ProbedRanks.MustBeGone(result.Output, Ranks);
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void ByMpirun_TheRanksComputeAndItsExitCodeIsReturned(string kind)
    {
        string program = ProbedRanks.Program(kind).File;

        ProgramResult right = ByMpi(program, "collectives");
        ProgramResult wrong = ByMpi(program, "end", "abort", "1");

        Assert.Contains("rank 1 of 2: the collectives are right", right.MustSucceed().Output, StringComparison.Ordinal);
        Assert.Equal(7, wrong.ExitCode);
        ProbedRanks.MustBeGone(wrong.Output, 2);
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void ByMpirun_ASignalToTheStarterLetsTheRanksStopAtASafePlace(string kind)
    {
        using ChildProgram starter = Start(seconds: null, ["launch", ProbedRanks.Program(kind).File, "2", .. ProbedRanks.Command("end", "go", "0")]);
        starter.WaitUntil(() => starter.HasPrinted("rank 0 has process") && starter.HasPrinted("rank 1 has process"), "both ranks run");

        starter.Signal("TERM");
        ProgramResult result = starter.WaitForEnd(ProbedRanks.Limit);

        // The ranks got the signal themselves, and ended well: nothing has killed them.
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("rank 0 stops at a safe place", result.Output, StringComparison.Ordinal);
        Assert.Contains("rank 1 stops at a safe place", result.Output, StringComparison.Ordinal);
        ProbedRanks.MustBeGone(result.Output, 2);
    }

    [Fact]
    public void WithoutMpirun_NothingIsStarted()
    {
        string[] command = ProbedRanks.Command("launch", "mpi", "2", "nothing");
        ProcessStartInfo start = new(ProgramPath.Find(command[0]) ?? command[0], command[1..]);
        start.Environment["PATH"] = "";

        using ChildProgram starter = ProbedRanks.Start(start, seconds: null);

        Assert.Equal(44, starter.WaitForEnd(ProbedRanks.Limit).ExitCode);
    }

    [Fact]
    public void AProgramThatIsNotThere_IsNamed()
    {
        RankLauncher launcher = new(new RankCommand("/nowhere/program", []), 2, new RankSettings(), static _ => { });

        // setsid starts, and says itself that the program is not there; without it the system does.
        int? exitCode = null;
        Exception? fault = Record.Exception(() => exitCode = launcher.Run(null, CancellationToken.None));

        Assert.True(exitCode is 127 or 126 || fault is ReplicaException, $"{exitCode} {fault}");
    }

    private static void MustEnd(int? seconds, string how, int exitCode, string ending)
    {
        ProgramResult result = OwnRun(seconds, how, "1");

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains($"rank 1 on host {Environment.MachineName} {ending}", result.Output, StringComparison.Ordinal);
        ProbedRanks.MustBeGone(result.Output, Ranks);
    }

    private static ProgramResult OwnRun(int? seconds, params string[] life)
    {
        using ChildProgram starter = OwnStart(seconds, life);
        return starter.WaitForEnd(ProbedRanks.Limit);
    }

    private static ChildProgram OwnStart(int? seconds, params string[] life)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals");
        return Start(seconds, ["launch", "own", $"{Ranks}", .. ProbedRanks.Command(["life", .. life])]);
    }

    private static ProgramResult ByMpi(string program, params string[] arguments)
    {
        using ChildProgram starter = Start(seconds: null, ["launch", program, "2", .. ProbedRanks.Command(arguments)]);
        return starter.WaitForEnd(ProbedRanks.Limit);
    }

    private static ChildProgram Start(int? seconds, string[] arguments)
    {
        string[] command = ProbedRanks.Command(arguments);
        return ProbedRanks.Start(new ProcessStartInfo(command[0], command[1..]), seconds);
    }
}
