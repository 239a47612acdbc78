using System.Text.Json.Nodes;
using NnUNet.Core.Evaluation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

[Collection(HippocampusRun.Tests)]
public sealed class WholePathTests(HippocampusRun run)
{
    [SkippableFact]
    public void Conversion_MakesARawTask()
    {
        Assert.Contains("Task004_Hippocampus", run.Outputs["convert"], StringComparison.Ordinal);

        Assert.Equal(12, Directory.GetFiles(Path.Combine(run.RawTask, "imagesTr"), "*_0000.nii.gz").Length);
    }

    [SkippableFact]
    public void Planning_WritesFingerprintPlansAndCases()
    {
        Assert.Contains("12 cases preprocessed, 0 were current", run.Outputs["preprocess"], StringComparison.Ordinal);

        Assert.True(File.Exists(Path.Combine(run.PreprocessedTask, "dataset_fingerprint.json")));
        Assert.True(File.Exists(Path.Combine(run.PreprocessedTask, "nnUNetPlansv2.1_plans_3D.json")));
        Assert.True(File.Exists(Path.Combine(run.PreprocessedTask, "nnUNetPlansv2.1_plans_2D.json")));
        Assert.Equal(12, Directory.GetFiles(Path.Combine(run.PreprocessedTask, "nnUNetData_plans_v2.1_stage0"), "*.npy").Length);
    }

    [SkippableFact]
    public void Planning_AgainHasNothingToDo() => Assert.Contains("0 cases preprocessed, 12 were current", run.Outputs["again"], StringComparison.Ordinal);

    [SkippableFact]
    public void Training_LeavesAModelWithItsScores()
    {
        Assert.Contains("epoch 3/3", run.Outputs["train"], StringComparison.Ordinal);

        string fold = Path.Combine(run.Model, "fold_0");
        Assert.All(
            (string[])["model_final_checkpoint.safetensors", "model_best.safetensors", "progress.png", "debug.json", "validation_raw/summary.json"],
            file => Assert.True(File.Exists(Path.Combine(fold, file)), file));
        Assert.NotEmpty(Directory.GetFiles(fold, "training_log*"));
        Assert.NotNull(JsonNode.Parse(File.ReadAllText(Path.Combine(run.Model, "plans.json")))!["network"]);
    }

    [SkippableFact]
    public void Prediction_HasTheGeometryOfItsImage()
    {
        Assert.Contains("3 predicted, 0 were there already, 0 failed", run.Outputs["predict"], StringComparison.Ordinal);

        Assert.All(run.TestIds, id =>
        {
            ImageHeader image = ImageFile.ReadHeader(Path.Combine(run.RawTask, "imagesTs", id + "_0000.nii.gz"));
            ImageHeader prediction = ImageFile.ReadHeader(Path.Combine(run.Predictions, id + ".nii.gz"));
            Assert.Equal(image.Extent, prediction.Extent);
            Assert.Equal(image.Geometry, prediction.Geometry);
        });
    }

    [SkippableFact]
    public void Prediction_AgainSkipsWhatIsThere()
    {
        Assert.NotEmpty(run.Outputs);

        ProgramResult again = run.Run("nnUNet_predict", "-i", Path.Combine(run.RawTask, "imagesTs"), "-o", run.Predictions, "-t", "4", "-f", "0").MustSucceed();

        Assert.Contains("0 predicted, 3 were there already, 0 failed", again.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Evaluation_ScoresAModelThatHasLearned()
    {
        Assert.Contains("mean foreground Dice", run.Outputs["evaluate"], StringComparison.Ordinal);

        SegmentationSummary summary = SegmentationSummary.Read(Path.Combine(run.Predictions, SegmentationSummary.FileName));
        Assert.Equal(3, summary.Results.All.Count);
        Assert.InRange(summary.ForegroundMean(), 0.15, 1); // an untrained network scores less than 0.05, 300 iterations 0.80
    }

    [SkippableFact]
    public void Continuing_RefusesOtherNumbers()
    {
        Assert.NotEmpty(run.Outputs);

        ProgramResult other = run.Run("nnUNet_train", "3d_fullres", "nnUNetTrainerV2", "4", "0", "-c", "--epochs", "5");

        Assert.Equal(1, other.ExitCode);
        Assert.Contains("epochs", other.Error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("TRAINER is missing", "nnUNet_train", "3d_fullres")]
    [InlineData("did you mean 3d_fullres?", "nnUNet_train", "3d_fulres", "nnUNetTrainerV2", "4", "0")]
    [InlineData("did you mean --epochs?", "nnUNet_train", "3d_fullres", "nnUNetTrainerV2", "4", "0", "--epocs", "3")]
    [InlineData("-i/--input_folder is missing", "nnUNet_predict", "-o", "x", "-t", "4")]
    public void WrongUsage_SaysWhatWasMeant(string expected, params string[] args)
    {
        ProgramResult result = run.Run(args);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("no task has this number", "nnUNet_train", "3d_fullres", "nnUNetTrainerV2", "77", "0")]
    [InlineData("nnUNetTrainerV2", "nnUNet_train", "3d_fullres", "nnUNetTrainerV3", "4", "0")]
    [InlineData("there is no such model folder", "nnUNet_predict", "-i", "x", "-o", "y", "-t", "4", "-m", "2d")]
    public void Failure_SaysWhy(string expected, params string[] args)
    {
        Assert.NotEmpty(run.Outputs);

        ProgramResult result = run.Run(args);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }
}
