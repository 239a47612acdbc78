using NnUNet.Files.Safetensors;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>However a fold is trained by two replicas, the model is the same, and that of one process but for the order of sums.</summary>
[Collection(RanksRun.Tests)]
public sealed class RanksEqualityTests(RanksRun run)
{
    [SkippableFact]
    public void TwoRanksOrThreads_HoweverStarted_MakeTheSameModel()
    {
        RanksRun.SkipWithoutMpi();

        // Given a training by two ranks that the command has started, of a batch that they cannot share evenly
        byte[] started = RanksRun.Tensors(run.Undisturbed);
        Assert.Contains("a batch of 3 as 2 + 1", File.ReadAllText(Directory.GetFiles(run.Undisturbed, "training_log_*.txt").Single()), StringComparison.Ordinal);

        // When mpirun starts them, or threads are the replicas
        using (ChildProgram mpirun = run.StartByMpirun("mpirun", ["-n", "2"], RanksRun.OfLength("nnUNet_train_DDP", "--dbs"))) mpirun.WaitForEnd(RanksRun.Limit).MustSucceed();
        run.Run("threads", RanksRun.OfLength("nnUNet_train_DP", "-gpus", "2", "--dbs")).MustSucceed();
        run.Run("devices", RanksRun.OfLength("nnUNet_train", "--devices", "cpu:2")).MustSucceed();

        // Then
        Assert.All((string[])["mpirun", "threads", "devices"], way => Assert.Equal(started, RanksRun.Tensors(run.Fold(way))));
    }

    [SkippableFact]
    public void AfterOneStep_TwoRanksAndOneProcess_DifferByRoundingOnly()
    {
        RanksRun.SkipWithoutMpi();
        string[] length = ["--epochs", "1", "--iterations", "1", "--fp32"]; // 16 bits round more

        run.Run("step1", ["nnUNet_train", .. length]).MustSucceed();
        run.Run("step2", ["nnUNet_train_DDP", .. length, "-gpus", "2", "--dbs"]).MustSucceed();

        // Sums are made in another order; what that does to the last bits, later steps enlarge.
        Assert.InRange(LargestDifference("step1", "step2"), 0, 1e-6);
    }

    [SkippableFact]
    public void ContinuedWithOtherRanks_ItSaysWhatChanges()
    {
        RanksRun.SkipWithoutMpi();

        // Given a training by two ranks whose time is over before its end
        Assert.Equal(75, run.Run("others", RanksRun.Starter("--max-time", "1s")).ExitCode);

        // When one process goes on, and then three ranks
        ProgramResult one = run.Run("others", ["nnUNet_train", "-c", "--max-time", "1s"]);
        ProgramResult three = run.Run("others", ["nnUNet_train_DDP", "-gpus", "3", "--dbs", "-c"]);

        // Then
        Assert.Equal(75, one.ExitCode);
        Assert.Contains("begun by 2 replicas with a batch of 3, continued by one replica with a batch of 3: the sums are made in another order, so the last bits differ", one.Output, StringComparison.Ordinal);
        Assert.Contains("continued by 3 replicas with a batch of 3", three.MustSucceed().Output, StringComparison.Ordinal);
    }

    /// <summary>The largest difference of two models' weights.</summary>
    private double LargestDifference(string one, string other)
    {
        Dictionary<string, float[]> first = Weights(one), second = Weights(other);
        Assert.Equal(first.Keys.Order(StringComparer.Ordinal), second.Keys.Order(StringComparer.Ordinal));
        return first.Max(entry => entry.Value.Zip(second[entry.Key], static (a, b) => Math.Abs((double)a - b)).Max());
    }

    private Dictionary<string, float[]> Weights(string results)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(run.Fold(results), "model_final_checkpoint.safetensors"));
        return file.Entries.Where(static e => e.DType == "F32" && !e.Name.StartsWith("momentum/", StringComparison.Ordinal)).ToDictionary(static e => e.Name, e => file.ReadFloat32(e.Name));
    }
}
