using NnUNet.Files.Numpy;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

public sealed class SelectionCommandTests : IDisposable
{
    private const string Model = "results/nnUNet/3d_lowres/Task777_Toy/nnUNetTrainerV2__nnUNetPlansv2.1";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void BestConfiguration_IsPrintedWithItsCommands()
    {
        // Given
        CopyInputs("2d");
        CopyInputs("3d_lowres");

        // When
        ProgramRun run = ProgramRun.Of("nnUNet_find_best_configuration", "-t", "777", "-m", "2d", "3d_lowres", "--workspace", _folder.Root);

        // Then
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("  2d               0.9382   0.8120  0.8751         0.9358", run.Output, StringComparison.Ordinal);
        Assert.Contains("* 2d + 3d_lowres   0.9647   0.9395  0.9521         0.9527", run.Output, StringComparison.Ordinal);
        Assert.Contains("2d + 3d_lowres: postprocessing: only the largest part stays of classes 1, 2 together", run.Output, StringComparison.Ordinal);
        Assert.Contains($"-m 3d_lowres -p nnUNetPlansv2.1 -t Task777_Toy -z --results {_folder["results"]}", run.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void MissingPieces_AreWarnings_OrAnErrorWithStrict()
    {
        // Given
        CopyInputs("2d");
        Directory.Delete(_folder["results/nnUNet/2d/Task777_Toy/nnUNetTrainerV2__nnUNetPlansv2.1/fold_3"], recursive: true);

        // When
        ProgramRun strict = ProgramRun.Of("nnUNet_find_best_configuration", "-t", "777", "-m", "2d", "--strict", "--workspace", _folder.Root);
        ProgramRun relaxed = ProgramRun.Of("nnUNet_find_best_configuration", "-t", "777", "-m", "2d", "--workspace", _folder.Root);

        // Then
        Assert.Equal((1, 0), (strict.ExitCode, relaxed.ExitCode));
        Assert.Contains("2d: fold 3 is not trained; nnUNet_train 2d nnUNetTrainerV2 Task777_Toy 3 --npz makes it", strict.Error, StringComparison.Ordinal);
        Assert.Contains("warning: compared over folds 0, 1, 2, 4 only, which 2d has", relaxed.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Postprocessing_IsDecidedAndPrinted()
    {
        // Given
        CopyInputs("3d_lowres");

        // When
        ProgramRun run = ProgramRun.Of("nnUNet_determine_postprocessing", "-m", "3d_lowres", "-t", "777", "--workspace", _folder.Root);

        // Then
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("  2            0.7443          0.8533           0.8578", run.Output, StringComparison.Ordinal);
        Assert.Contains("of classes 1, 2 together, then of class 1, then of class 2, by the Dice of 10 cases", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder[Model + "/postprocessing.json"]));
    }

    [SkippableFact]
    public void Postprocessing_OfAnyFolder_IsThatOfTheModel()
    {
        // Given
        CopyInputs("3d_lowres");
        Directory.Move(_folder[Model], _folder["mymodel"]);

        // When
        ProgramRun run = ProgramRun.Of("nnUNet_determine_postprocessing", "--model_folder", _folder["mymodel"]);
        ProgramRun both = ProgramRun.Of("nnUNet_determine_postprocessing", "--model_folder", _folder["mymodel"], "-t", "777");
        ProgramRun neither = ProgramRun.Of("nnUNet_determine_postprocessing", "-t", "777");

        // Then
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("of classes 1, 2 together, then of class 1, then of class 2, by the Dice of 10 cases", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["mymodel/postprocessing.json"]));
        Assert.Equal((2, 2), (both.ExitCode, neither.ExitCode));
        Assert.Contains("-m is missing: the configuration; or give --model_folder", neither.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Probabilities_AreDeletedAndNothingElse()
    {
        // Given
        CopyInputs("2d");
        CopyInputs("3d_lowres");
        string handedOver = _folder["results/nnUNet/3d_lowres/Task777_Toy/nnUNetTrainerV2__nnUNetPlansv2.1/pred_next_stage/case_0_segFromPrevStage.npz"];
        NpzFile.Write(handedOver, [NpzEntry.From<byte>("data", new byte[] { 3 }, 1, 1)]);
        File.WriteAllText(_folder["results/torn.npz"], "");
        string[] before = Files(), probabilities = [.. before.Where(f => f.Contains("case_", StringComparison.Ordinal) && f.EndsWith(".npz", StringComparison.Ordinal) && f != handedOver)];
        HashSet<string> expected = [.. before.Except(probabilities).Where(f => !probabilities.Contains(Path.ChangeExtension(f, ".npz")))];

        // When
        ProgramRun shown = ProgramRun.Of("delete_npz", _folder["results"], "--dry");
        string[] between = Files();
        ProgramRun deleted = ProgramRun.Of("delete_npz", _folder["results"]);

        // Then
        Assert.Equal((0, 0), (shown.ExitCode, deleted.ExitCode));
        Assert.Equal(before, between);
        Assert.Equal(20, probabilities.Length);
        Assert.Matches("Probabilities of 20 cases, [0-9.]+ KB: not deleted", shown.Output);
        Assert.Matches("Probabilities of 20 cases, [0-9.]+ KB deleted", deleted.Output);
        Assert.Contains("torn.npz cannot be read, so it stays", deleted.Error, StringComparison.Ordinal);
        Assert.Equal(expected.Order(StringComparer.Ordinal), Files());
    }

    private string[] Files() => [.. Directory.GetFiles(_folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    [SkippableFact]
    public void Ensemble_WithoutPostprocessing_Warns()
    {
        // Given
        string golden = TestData.Golden("selection/ensemble_predictions");

        // When
        ProgramRun run = ProgramRun.Of("nnUNet_ensemble", "-f", Path.Combine(golden, "modelA"), Path.Combine(golden, "modelB"), "-o", _folder["out"]);

        // Then
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("3 cases of 2 folders merged", run.Output, StringComparison.Ordinal);
        Assert.Contains("no postprocessing was given", run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["out/case_c.nii.gz"]));
    }

    private void CopyInputs(string configuration)
    {
        string tree = TestData.Golden("selection/tree"), model = $"results/nnUNet/{configuration}/Task777_Toy/nnUNetTrainerV2__nnUNetPlansv2.1";
        foreach (string file in Directory.GetFiles(Path.Combine(tree, model), "*", SearchOption.AllDirectories)
            .Where(static f => f.Contains("fold_", StringComparison.Ordinal) || f.Contains("gt_niftis", StringComparison.Ordinal)))
        {
            string copy = _folder[Path.GetRelativePath(tree, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
