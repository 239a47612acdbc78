using NnUNet.Core.Datasets;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>Trainings that end before their time, on a tiny task.</summary>
public sealed class InterruptionTests : IDisposable
{
    private static readonly string[] Train = ["nnUNet_train", "3d_fullres", "nnUNetTrainerV2", "900", "0"];
    private readonly TemporaryFolder _folder = new();

    public InterruptionTests()
    {
        SyntheticDataset.Write(_folder["w/raw/nnUNet_raw_data/Task900_Tiny"], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 0, Edge = 20 });
        BuiltProgram.Run("nnUNet_plan_and_preprocess", "-t", "900", "-pl2d", "None", "--workspace", _folder["w"]).MustSucceed();
    }

    private string Fold => _folder["w/results/nnUNet/3d_fullres/Task900_Tiny/nnUNetTrainerV2__nnUNetPlansv2.1/fold_0"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void KilledTraining_GoesOnFromItsLastCheckpoint()
    {
        // Given a training that is killed in its third epoch or later
        using (ChildProgram training = Start("--epochs", "8", "--iterations", "4"))
        {
            training.WaitUntil(() => training.HasPrinted("epoch 2/8"), "its second epoch");
            training.Kill();
        }

        Assert.False(File.Exists(Path.Combine(Fold, "model_final_checkpoint.safetensors")));

        // When
        using ChildProgram continued = Start("-c");
        ProgramResult result = continued.WaitForEnd().MustSucceed();

        // Then: earlier epochs are not repeated, and the recorded number is reached
        Assert.DoesNotContain("epoch 1/8", result.Output, StringComparison.Ordinal);
        Assert.Contains("epoch 8/8", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Fold, "model_final_checkpoint.safetensors")));
        Assert.True(File.Exists(Path.Combine(Fold, "validation_raw", "summary.json")));
    }

    [SkippableTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void Signal_EndsTheTrainingCleanly(string signal)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "signals are sent with kill, and /proc says which are ignored");

        // Given
        using ChildProgram training = Start("--epochs", "500", "--iterations", "4");
        training.WaitUntil(() => training.HasPrinted("epoch 1/500"), "its first epoch");
        Skip.If(signal == "INT" && training.IgnoresInterrupts, "these tests run with Ctrl+C ignored, as under nohup, and a program keeps it so");

        // When
        training.Signal(signal);
        ProgramResult result = training.WaitForEnd();

        // Then
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("interrupted; the same command with -c goes on from the last checkpoint", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Fold, "model_latest.safetensors")));
    }

    [SkippableFact]
    public void ASignalThatIsHandedOnToo_CountsOnce()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "signals are sent with kill");

        // Given
        using ChildProgram training = Start("--epochs", "500", "--iterations", "4");
        training.WaitUntil(() => training.HasPrinted("epoch 1/500"), "its first epoch");

        // When Slurm tells every process of a job, and the job's shell hands its signal on
        training.Signal("TERM");
        training.Signal("TERM");
        ProgramResult result = training.WaitForEnd();

        // Then it ends at a clean place, which it says
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("interrupted; the same command with -c goes on from the last checkpoint", result.Error, StringComparison.Ordinal);
    }

    private ChildProgram Start(params string[] options) => BuiltProgram.Start([.. Train, .. options, "--workspace", _folder["w"]]);
}
