using NnUNet.Core.Datasets;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary><c>nnunet train_all</c> on a tiny task.</summary>
public sealed class TrainAllTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainAllTests()
    {
        SyntheticDataset.Write(_folder["w/raw/nnUNet_raw_data/Task900_Tiny"], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 0, Edge = 20 });
        BuiltProgram.Run("nnUNet_plan_and_preprocess", "-t", "900", "-pl2d", "None", "--workspace", _folder["w"]).MustSucceed();
    }

    private string Model => _folder["w/results/nnUNet/3d_fullres/Task900_Tiny/nnUNetTrainerV2__nnUNetPlansv2.1"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ADryRun_ShowsTheWorkAndDoesNothing()
    {
        ProgramResult run = Start("--dry-run").WaitForEnd().MustSucceed();

        Assert.Contains("0 of 5 folds are complete, 5 to do", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["w/results"]));
        Assert.False(File.Exists(_folder["w/preprocessed/Task900_Tiny/splits_final.json"]));
    }

    [Fact]
    public void AKilledCall_IsFinishedByRepeatingIt()
    {
        // Given a call that is killed in its second fold
        string[] length = ["--epochs", "3", "--iterations", "2", "-f", "0", "1", "--npz"];
        using (ChildProgram first = Start(length))
        {
            first.WaitUntil(() => first.HasPrinted("3d_fullres, fold 1") && File.Exists(Path.Combine(Model, "fold_1", "model_latest.safetensors")), "its second fold");
            first.Kill();
        }

        // When
        ProgramResult again = Start(length).WaitForEnd().MustSucceed();

        // Then
        Assert.Contains("1 of 2 folds are complete, 1 to do", again.Output, StringComparison.Ordinal);
        Assert.Contains("to continue after epoch", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("== 3d_fullres, fold 0", again.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Model, "fold_1", "model_final_checkpoint.safetensors")));
        Assert.Single(Directory.GetFiles(Path.Combine(Model, "fold_1", "validation_raw"), "*.npz"));
        Assert.Contains("All 2 folds are complete.", Start(length).WaitForEnd().MustSucceed().Output, StringComparison.Ordinal);

        // And other lengths are refused by the dry run and the real one in the same words, before anything is trained
        ProgramResult[] refused = [.. ((string[][])[["--dry-run"], []]).Select(more => Start(["--epochs", "4", "--iterations", "2", "-f", "0", "1", "2", .. more]).WaitForEnd())];
        Assert.All(refused, static r => Assert.Equal(1, r.ExitCode));
        Assert.Equal(refused[0].Error, refused[1].Error);
        Assert.Contains("3d_fullres, fold 0: epochs 3, not 4; 3d_fullres, fold 1: epochs 3, not 4", refused[0].Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Model, "fold_2")));
    }

    [Fact]
    public void ATimeThatIsOver_EndsItWithACheckpointAndACodeOfItsOwn()
    {
        // Given a training that would take hours, and a time that is enough for its begin
        string[] length = ["--epochs", "5000", "--iterations", "4", "-f", "0", "--only-planned", "-m", "3d_lowres", "3d_fullres"];

        // When
        ProgramResult run = Start([.. length, "--max-time", "8s"]).WaitForEnd();

        // Then
        Assert.Equal(75, run.ExitCode);
        Assert.Contains("The time given by --max-time is over; the same command goes on from here.", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Model, "fold_0", "model_latest.safetensors")));
        Assert.Contains("to continue after epoch", Start([.. length, "--dry-run"]).WaitForEnd().MustSucceed().Output, StringComparison.Ordinal);
        Assert.Contains("none of the configurations 3d_lowres", Start("--only-planned", "-m", "3d_lowres").WaitForEnd().MustSucceed().Output, StringComparison.Ordinal);
    }

    private ChildProgram Start(params string[] options) => BuiltProgram.Start(["train_all", "900", .. options, "--workspace", _folder["w"]]);
}
