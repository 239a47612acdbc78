using System.Globalization;
using NnUNet.Testing;
using NnUNet.Torch.Replicas.Ranks;

namespace NnUNet.EndToEnd.Tests;

/// <summary>Trainings by two ranks that are asked to stop, and who of the ranks prints, locks and writes.</summary>
[Collection(RanksRun.Tests)]
public sealed class RanksInterruptionTests(RanksRun run)
{
    [SkippableTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void ASignalToTheCommand_StopsAllRanksAtACheckpoint(string signal)
    {
        RanksRun.SkipWithoutMpi();

        // Given
        using ChildProgram program = run.Start(signal, RanksRun.Starter());
        IReadOnlyList<int> ranks = [];
        program.WaitUntil(() => (ranks = UnixProcesses.Ranks(program.Id)).Count == 2 && File.Exists(Path.Combine(run.Fold(signal), "model_latest.safetensors")), "both ranks train");
        Skip.If(signal == "INT" && program.IgnoresInterrupts, "these tests run with Ctrl+C ignored, as under nohup, and a program keeps it so");

        // When
        program.Signal(signal);
        ProgramResult result = program.WaitForEnd(RanksRun.Limit);

        // Then: each thing is said once, and mpirun adds nothing
        RanksRun.MustBeGone(ranks);
        Assert.Equal(130, result.ExitCode);
        Assert.Equal(1, RanksRun.LinesWith("stopping at the next safe place", result.Error));
        Assert.Equal(1, RanksRun.LinesWith("interrupted; the same command with -c goes on from the last checkpoint", result.Error));
        Assert.False(RanksRun.HasWordsOfMpirun(result.Error), result.Error);

        // And it goes on as if nothing had happened
        run.MustGoOn(signal);
    }

    [SkippableFact]
    public void MaxTime_StopsAllRanks_WithItsExitCode()
    {
        RanksRun.SkipWithoutMpi();

        ProgramResult result = run.Run("time", RanksRun.Starter("--max-time", "1s"));

        Assert.Equal(75, result.ExitCode);
        Assert.Equal(1, RanksRun.LinesWith("The time given by --max-time is over; the same command with -c goes on from here.", result.Output));
        Assert.False(RanksRun.HasWordsOfMpirun(result.Error), result.Error);
        run.MustGoOn("time");
    }

    [SkippableFact]
    public void ASignalToOneRankOnly_StopsAll()
    {
        RanksRun.SkipWithoutMpi();

        // Given two ranks of mpirun
        using ChildProgram mpirun = run.StartByMpirun("one", ["-n", "2"], RanksRun.OfLength("nnUNet_train_DDP", "--dbs"));
        IReadOnlyList<int> ranks = [];
        mpirun.WaitUntil(() => (ranks = UnixProcesses.Ranks(mpirun.Id)).Count == 2 && File.Exists(Path.Combine(run.Fold("one"), "model_latest.safetensors")), "both ranks train");
        int second = ranks.Single(static id => File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/environ").Contains("OMPI_COMM_WORLD_RANK=1\0", StringComparison.Ordinal));

        // When
        UnixProcesses.Signal(second, UnixProcesses.Terminate);
        ProgramResult result = mpirun.WaitForEnd(RanksRun.Limit);

        // Then
        RanksRun.MustBeGone(ranks);
        Assert.Equal(130, result.ExitCode);
        Assert.Equal(1, RanksRun.LinesWith("interrupted; the same command with -c goes on from the last checkpoint", result.Error));
        Assert.DoesNotContain("--max-time", result.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void OnlyTheLeadingRank_PrintsLocksAndWrites()
    {
        RanksRun.SkipWithoutMpi();

        // Given a training at which mpirun gives ranks a terminal of their own, as of a person's window
        using ChildProgram first = run.StartByMpirun("first", ["-n", "2"], RanksRun.OfLength("nnUNet_train_DDP", "--dbs"), null, ("TERM", "xterm"), (RankSettings.TimeoutVariable, "3600"));
        IReadOnlyList<int> ranks = [];
        first.WaitUntil(() => (ranks = UnixProcesses.Ranks(first.Id)).Count == 2 && File.Exists(Path.Combine(run.Fold("first"), "model_latest.safetensors")), "it trains");

        // When a second one starts in the same folder, before whose end the first one does not go on
        foreach (int rank in ranks) UnixProcesses.Signal(rank, OperatingSystem.IsMacOS() ? 17 : 19); // SIGSTOP
        using ChildProgram second = run.Start("first", RanksRun.Starter());
        ProgramResult refused = second.WaitForEnd(RanksRun.Limit);
        foreach (int rank in ranks) UnixProcesses.Signal(rank, OperatingSystem.IsMacOS() ? 19 : 18); // SIGCONT
        ProgramResult result = first.WaitForEnd(RanksRun.Limit).MustSucceed();

        // Then all its ranks are refused, by one sentence with the owner
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("this fold is being trained by process ", refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, RanksRun.LinesWith("rank 0 on host", refused.Error));
        Assert.Equal(0, RanksRun.LinesWith("rank 1 on host", refused.Error));

        // And the first one is not disturbed: each line is there once, without control characters, and so are the logs
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, static line => Assert.DoesNotContain(line.TrimEnd('\r'), char.IsControl));
        Assert.Equal(lines.Distinct(), lines);
        Assert.All((string[])["epoch 1/3", "epoch 2/3", "epoch 3/3", "Written: "], text => Assert.Equal(1, RanksRun.LinesWith(text, result.Output)));
        Assert.Equal("", result.Error);
        Assert.Single(Directory.GetFiles(run.Fold("first"), "training_log_*.txt"));
        Assert.Single(Directory.GetFiles(run.Fold("first"), "events.out.*"));
        Assert.Equal(3, File.ReadLines(Path.Combine(run.Fold("first"), "training_log.jsonl")).Count(static line => line.Contains("\"event\":\"epoch\"", StringComparison.Ordinal)));
        Assert.False(File.Exists(Path.Combine(run.Fold("first"), "training.lock")));

        // And two ranks can repeat the validation alone
        Directory.Delete(Path.Combine(run.Fold("first"), "validation_raw"), recursive: true);
        ProgramResult validation = run.Run("first", RanksRun.Starter("-val")).MustSucceed();
        Assert.Equal(1, RanksRun.LinesWith("mean foreground Dice", validation.Output.Split("final validation of")[1].Split('\n', 2)[1]));
        Assert.True(File.Exists(Path.Combine(run.Fold("first"), "validation_raw", "summary.json")));
    }

    [SkippableFact]
    public void ALearningRate_IsNotLookedForByRanks()
    {
        RanksRun.SkipWithoutMpi();

        ProgramResult result = run.Run("rate", ["nnUNet_train_DDP", "-gpus", "2", "--dbs", "--find_lr", "--iterations", "3"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(1, RanksRun.LinesWith("--find_lr runs on one device; leave out what asks for several", result.Error));
    }

    [SkippableFact]
    public void ProcessesThatEachSeeAWorldOfOne_AreRefused()
    {
        RanksRun.SkipWithoutMpi();

        // As srun starts them where it knows no way of MPI
        using ChildProgram alone = run.Start("refused", RanksRun.OfLength("nnUNet_train_DDP", "--dbs"), null, ("SLURM_STEP_NUM_TASKS", "2"), ("SLURM_PROCID", "0"));
        ProgramResult result = alone.WaitForEnd(RanksRun.Limit);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("srun has started 2 processes, but this one sees a world of 1; start them with srun --mpi=pmix", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run["refused"]));
    }
}
