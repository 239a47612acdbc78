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
