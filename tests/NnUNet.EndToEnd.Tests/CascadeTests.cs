using NnUNet.Core.Planning;
using NnUNet.Files.Numpy;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Pictures.Training;
using NnUNet.Testing;
using NnUNet.Workflows.Prediction;

namespace NnUNet.EndToEnd.Tests;

public sealed class CascadeTests(CascadeRun run) : IClassFixture<CascadeRun>
{
    [Fact]
    public void TheRuleOfThePlanner_DecidesForALowResolution()
    {
        Assert.NotEmpty(run.Refusals);

        Plan plan = PlanFile.Read(Path.Combine(run.Workspace.PreprocessedTask(CascadeRun.Task), CascadeRun.TinyPlans + "_plans_3D.json"));

        Assert.Equal([0, 1], plan.PlansPerStage.Keys);
        Assert.All(plan.PlansPerStage.Values, static stage => Assert.All(stage.PatchSize, static edge => Assert.InRange(edge, 24, 40)));
    }

    [Fact]
    public void AllFoldsOfAllConfigurations_AreTrained()
    {
        // Then: one was refused, and on purpose
        string refusal = Assert.Single(run.Refusals);
        Assert.Contains("the low resolution's segmentations of 2 cases are missing", refusal, StringComparison.Ordinal);
        Assert.Contains("nnUNet_train 3d_lowres toyTrainer Task901_Cascade 3 -p nnUNetPlansv2.1_tiny; nnUNet_train 3d_lowres toyTrainer Task901_Cascade 4 -p", refusal, StringComparison.Ordinal);

        Assert.All(
            from configuration in CascadeRun.Configurations
            from fold in Enumerable.Range(0, 5)
            from file in (string[])["model_final_checkpoint.safetensors", "validation_raw/summary.json"]
            select Path.Combine(run.ModelOf(configuration), $"fold_{fold}", file),
            static file => Assert.True(File.Exists(file), file));
    }

    [Fact]
    public void EveryCase_HasALowResolutionSegmentationOnTheNextStagesGrid()
    {
        Assert.NotEmpty(run.Refusals);

        string[] files = Directory.GetFiles(Path.Combine(run.ModelOf("3d_lowres"), "pred_next_stage"));
        Assert.Equal(Enumerable.Range(0, 5).Select(static i => $"synthetic_00{i}_segFromPrevStage.npz"), files.Select(Path.GetFileName).Order());
        Assert.All(files, file => Assert.Equal(
            NpyFile.ReadHeader(Path.Combine(
                run.Workspace.PreprocessedTask(CascadeRun.Task), "nnUNetData_plans_v2.1_tiny_stage1", Path.GetFileName(file).Replace("_segFromPrevStage.npz", ".npy", StringComparison.Ordinal))).Shape.Skip(1),
            NpzFile.Read(file)["data"].Shape));
    }

    [Theory]
    [InlineData("2d")]
    [InlineData("3d_lowres")]
    [InlineData("3d_fullres")]
    [InlineData("3d_cascade_fullres")]
    public void EveryConfiguration_Predicts(string configuration)
    {
        // Given
        Assert.NotEmpty(run.Refusals);
        ImageHeader image = ImageFile.ReadHeader(Path.Combine(run.Images, "synthetic_005_0000.nii.gz"));

        // When
        run.Predict(configuration, configuration).MustSucceed();

        // Then
        Volume<short> segmentation = ImageFile.ReadLabels(Path.Combine(run[configuration], "synthetic_005.nii.gz"));
        Assert.Equal(image.Extent, segmentation.Extent);
        Assert.Equal(image.Geometry, segmentation.Geometry);
    }

    [Fact]
    public void TheCascade_TakesTheLowResolutionFromAFolderToo()
    {
        // Given
        Assert.NotEmpty(run.Refusals);
        run.Predict("3d_cascade_fullres", "3d_cascade_fullres").MustSucceed();
        string kept = Path.Combine(run["3d_cascade_fullres"], CascadePredictRun.LowResolutionFolder);
        Directory.CreateDirectory(run["empty"]);

        // When
        ProgramResult given = run.Predict("3d_cascade_fullres", "given", "-l", kept).MustSucceed();
        ProgramResult missing = run.Predict("3d_cascade_fullres", "missing", "-l", run["empty"]);

        // Then
        Assert.DoesNotContain("Low resolution:", given.Output, StringComparison.Ordinal);
        Assert.Equal(Labels(run["3d_cascade_fullres"]), Labels(run["given"]));
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("synthetic_005 (files): there is no low-resolution segmentation of synthetic_005 in", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCascadeOnDevices_SegmentsTheSame()
    {
        Assert.NotEmpty(run.Refusals);
        run.Predict("3d_cascade_fullres", "3d_cascade_fullres").MustSucceed();

        ProgramResult devices = run.Predict("3d_cascade_fullres", "devices", "--devices", "cpu:2", "--plugin", typeof(ToyTrainer).Assembly.Location).MustSucceed();

        Assert.Contains("1 predicted", devices.Output, StringComparison.Ordinal);
        Assert.Equal(Labels(run["3d_cascade_fullres"]), Labels(run["devices"]));
        Assert.True(File.Exists(Path.Combine(run["devices"], CascadePredictRun.LowResolutionFolder, "synthetic_005.nii.gz")));
    }

    [Fact]
    public void TheAugmentationOfTheCascade_IsShown()
    {
        Assert.NotEmpty(run.Refusals);

        AugmentationPreviewOptions options = new()
        {
            Workspace = run.Workspace,
            Configuration = Configuration.Cascade,
            Trainer = ToyCascadeTrainer.Name,
            Task = CascadeRun.Task,
            Plans = CascadeRun.TinyPlans,
            Samples = 4,
        };
        AugmentationPreview.Write(run["augmentation.png"], options);

        Assert.True(new FileInfo(run["augmentation.png"]).Length > 10_000);
    }

    [Fact]
    public void TheWholeMethod_TrainsWhatTheCascadeLacks_AndSegmentsWithBothStages()
    {
        // Given a fold of either stage that is missing
        Assert.NotEmpty(run.Refusals);
        Directory.Delete(Path.Combine(run.ModelOf("3d_lowres"), "fold_2"), recursive: true);
        Directory.Delete(Path.Combine(run.ModelOf("3d_cascade_fullres"), "fold_3"), recursive: true);

        // When
        ProgramResult whole = run.WholeMethod().MustSucceed();
        ProgramResult nothing = run.WholeMethod("--dry-run").MustSucceed();

        // Then
        int first = whole.Output.IndexOf("== 3d_lowres, fold 2 on cpu (1 of 2)", StringComparison.Ordinal);
        int second = whole.Output.IndexOf("== 3d_cascade_fullres, fold 3 on cpu (2 of 2)", StringComparison.Ordinal);
        Assert.True(first > 0 && second > first, whole.Output);
        Assert.Contains("2 of 10 folds (3d_cascade_fullres, and 3d_lowres that it needs)", whole.Output, StringComparison.Ordinal);
        Assert.Contains("Best: 3d_cascade_fullres", whole.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(run["whole"], "synthetic_005.nii.gz")));
        Assert.True(File.Exists(Path.Combine(run["whole"], CascadePredictRun.LowResolutionFolder, "synthetic_005.nii.gz")));
        Assert.Contains("Everything is done.", nothing.Output, StringComparison.Ordinal);
    }

    private static short[] Labels(string folder) => ImageFile.ReadLabels(Path.Combine(folder, "synthetic_005.nii.gz")).Voxels;
}
