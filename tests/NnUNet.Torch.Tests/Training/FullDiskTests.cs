using System.Diagnostics;
using NnUNet.Testing;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>A training that cannot write its checkpoints any more: the limit on a file's size stands for the full disk.</summary>
public sealed class FullDiskTests : LeakCheckedTest
{
    private const int Epochs = 3;
    private const int LimitInKilobytes = 20;

    [SkippableFact]
    public void CheckpointThatCannotBeWritten_LeavesTheOneBefore()
    {
        Skip.If(OperatingSystem.IsWindows(), "limits on file sizes are a thing of Unix shells");

        // Given: a training that was stopped, and its checkpoint, which is larger than what can be written now
        using ToyTask untouched = new();
        TrainingRun.Execute(untouched.Options with { Epochs = Epochs, LoaderThreads = 1 });
        using ToyTask full = new();
        using CancellationTokenSource stop = new();
        TrainingRun.Execute(full.Options with { Epochs = Epochs }, new StopAfterEpoch(stop), stop.Token);
        string latest = Path.Combine(full.FoldPath, Checkpoint.Latest + Checkpoint.Ending);
        byte[] before = File.ReadAllBytes(latest);
        Assert.True(before.Length > LimitInKilobytes * 1024);

        // When
        int exitCode = ContinueWithLimit(full, out string error);

        // Then: it failed and said so, nothing was lost, and with room it ends as if nothing had happened
        Assert.NotEqual(0, exitCode);
        Assert.Contains("too large for the file system", error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(latest));
        Assert.Empty(Directory.GetFiles(full.FoldPath, "model_*.tmp"));
        TrainingRun.Execute(full.Options with { Epochs = null, Iterations = null, Continue = true });
        Assert.Equal(TrainingRunTests.Weights(untouched), TrainingRunTests.Weights(full));
    }

    private static int ContinueWithLimit(ToyTask toy, out string error)
    {
        string call = $"trap '' XFSZ; ulimit -c 0 -f {LimitInKilobytes}; exec \"$0\" \"$@\"";
        ProgramResult result = ChildProgram.Run(new ProcessStartInfo(
            "bash", ["-c", call, ChildProgram.Dotnet, typeof(Program).Assembly.Location, Program.TrainToy, toy.Root, $"{Epochs}", $"{true}", $"{ComputePrecision.Float32}"])
        {
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" }, // the runtime would map a file of its own for that
        });
        error = result.Error;
        return result.ExitCode;
    }

    private sealed class StopAfterEpoch(CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Phase == TrainingPhase.EpochDone) stop.Cancel();
        }
    }
}
