using System.Diagnostics;
using NnUNet.Testing;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.Torch.Tests.Replicas.Mpi;

/// <summary>Processes joined by the MPIs that are installed; one that is not is skipped.</summary>
public sealed class MpiCommunicatorTests
{
    public static TheoryData<string> Kinds => ProbedRanks.Kinds;

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void Collectives_OfTwoAndThree_AreThoseOfOneProcess(string kind)
    {
        foreach (int ranks in (int[])[2, 3]) MustSayOfEachRank(ranks, kind, "the collectives are right", "collectives");
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void Collectives_InSmallPieces_AreTheSame(string kind) => MustSayOfEachRank(3, kind, "the collectives are right", "pieces", "16384");

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void BigTensors_AreSummedAndBroadcast(string kind) => MustSayOfEachRank(2, kind, "60000000 bytes are right", "big", "60000000");

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void SumsBesideWork_AreRightWhateverTheRanksDoMeanwhile(string kind) => MustSayOfEachRank(3, kind, "the sums beside work are right", "overlap", "20");

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void ReplicasWithSummedGradients_StayBitByBitTheSame(string kind) => MustSayOfEachRank(3, kind, "the replicas are the same", "replicas", "30");

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void TheRuntimesSignals_WorkAfterMpiIsLoaded(string kind) => MustSayOfEachRank(2, kind, "2 faults were caught, a child ended with 0", "signals");

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void LongWorkOfOneRank_IsNoSilence(string kind)
    {
        using ChildProgram job = ProbedRanks.Start(kind, 2, ProbedRanks.ShortTimeout, "alone", "9");

        string output = job.WaitForEnd(ProbedRanks.Limit).MustSucceed().Output;

        Assert.Contains("rank 1: together again", output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void AnException_EndsAllRanksWithItsReason(string kind) => MustEnd(kind, "throw", 1, 1, "rank 1 on host ", ": it has had enough");

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void Abort_EndsAllRanksWithItsExitCode(string kind) => MustEnd(kind, "abort", 0, 7, "rank 0 on host ", ": it was told to");

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void AnExitInTheMiddle_EndsAllRanksWithItsExitCode(string kind) => MustEnd(kind, "exit", 1, 3, "rank 1 on host ", ": its process ends with exit code 3 before the training does");

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void AnExitWithoutAFaultInTheMiddle_IsAFaultOfTheJob(string kind) => MustEnd(kind, "vanish", 1, 1, ": its process ends with exit code 0 before the training does");

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void AKilledRank_EndsAllRanks(string kind) => MustEnd(kind, "kill", 1, exitCode: null);

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void ARankThatParts_EndsThoseThatGoOn(string kind) => MustEnd(kind, "leave", 1, 69, "the ranks do not do the same any more");

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void RanksInDifferentOperations_End(string kind) => MustEnd(kind, "diverge", 1, exitCode: null, "rank 1 ");

    [SkippableTheory]
    [InlineData("OpenMpi", 0)]
    [InlineData("OpenMpi", 1)]
    [InlineData("Hydra", 0)]
    [InlineData("Hydra", 1)]
    public void AStoppedProcess_EndsAllRanksAfterTheLimit(string kind, int rank)
    {
        // Given
        using ChildProgram job = ProbedRanks.Start(kind, 2, ProbedRanks.ShortTimeout, "end", "stop", $"{rank}");

        // When
        ProgramResult result = job.WaitForEnd(ProbedRanks.Limit);

        // Then
        Assert.Equal(69, result.ExitCode);
        Assert.Contains($"rank {1 - rank} on host {Environment.MachineName}: rank {rank} on host {Environment.MachineName} has not answered for {ProbedRanks.ShortTimeout} s", result.Error, StringComparison.Ordinal);
        ProbedRanks.MustBeGone(result.Output, 2);
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void SigtermToMpirun_LetsTheRanksStopAtASafePlace(string kind)
    {
        using ChildProgram job = ProbedRanks.Start(kind, 2, seconds: null, "end", "go", "0");
        job.WaitUntil(() => job.HasPrinted("rank 0 has process") && job.HasPrinted("rank 1 has process"), "both ranks run");

        job.Signal("TERM");
        ProgramResult result = job.WaitForEnd(ProbedRanks.Limit);

        Assert.Contains("rank 0 stops at a safe place", result.Output, StringComparison.Ordinal);
        Assert.Contains("rank 1 stops at a safe place", result.Output, StringComparison.Ordinal);
        ProbedRanks.MustBeGone(result.Output, 2);
    }

    [SkippableFact]
    public void ALibraryThatIsNotTheLaunchers_IsRefused()
    {
        // Given mpirun of Open MPI, and ranks that each would be alone in a world of MPICH
        _ = ProbedRanks.Program("Hydra");
        string[] command = ProbedRanks.Command("about");
        ProcessStartInfo start = ProbedRanks.Program("OpenMpi").Start(new RankCommand(command[0], command[1..]), 2);
        start.Environment[RankSettings.MpiVariable] = "libmpich.so.12";

        // When
        using ChildProgram job = ProbedRanks.Start(start, seconds: null);
        ProgramResult result = job.WaitForEnd(ProbedRanks.Limit);

        // Then
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("mpirun of Open MPI has started 2 processes, but this one sees a world of 1; use the mpirun of this MPI library", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("rank 0 of", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TasksOfSlurmWithoutMpi_AreRefused()
    {
        string[] command = ProbedRanks.Command("about");
        ProcessStartInfo start = new(command[0], command[1..]);
        (start.Environment["SLURM_PROCID"], start.Environment["SLURM_STEP_NUM_TASKS"], start.Environment["SLURM_NTASKS"]) = ("1", "2", "2");

        using ChildProgram task = ProbedRanks.Start(start, seconds: null);
        ProgramResult result = task.WaitForEnd(ProbedRanks.Limit);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("srun has started 2 processes, but this one sees a world of 1; start them with srun --mpi=pmix", result.Error, StringComparison.Ordinal);
    }

    private static void MustSayOfEachRank(int ranks, string kind, string expected, params string[] arguments)
    {
        string output = ProbedRanks.Run(kind, ranks, arguments).MustSucceed().Output;

        Assert.Equal(ranks, output.Split('\n').Count(line => line.EndsWith(expected, StringComparison.Ordinal)));
    }

    private static void MustEnd(string kind, string how, int rank, int? exitCode, params string[] reasons)
    {
        ProgramResult result = ProbedRanks.Run(kind, 2, "end", how, $"{rank}");

        if (exitCode is { } expected) Assert.Equal(expected, result.ExitCode);
        else Assert.NotEqual(0, result.ExitCode);
        Assert.All(reasons, reason => Assert.Contains(reason, result.Error, StringComparison.Ordinal));
        ProbedRanks.MustBeGone(result.Output, 2);
    }
}
