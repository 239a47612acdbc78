using System.Text.Json.Nodes;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>What a training leaves in its model's folder.</summary>
public sealed class FoldFolderTests : LeakCheckedTest
{
    [Fact]
    public void ATraining_LeavesExactlyTheseFiles()
    {
        using ToyTask toy = new();

        TrainingRun.Execute(toy.Options with { Validation = new ValidationOptions { SaveProbabilities = true } });

        Assert.Equal(
            """
            fold_0/debug.json
            fold_0/events.out.tfevents*
            fold_0/model_best.json
            fold_0/model_best.safetensors
            fold_0/model_final_checkpoint.json
            fold_0/model_final_checkpoint.safetensors
            fold_0/network_architecture.pdf
            fold_0/network_architecture.svg
            fold_0/postprocessing.json
            fold_0/progress.png
            fold_0/training_log.jsonl
            fold_0/training_log_*
            fold_0/validation_raw/provenance/toy_000.json
            fold_0/validation_raw/provenance/toy_007.json
            fold_0/validation_raw/summary.json
            fold_0/validation_raw/toy_000.json
            fold_0/validation_raw/toy_000.nii.gz
            fold_0/validation_raw/toy_000.npz
            fold_0/validation_raw/toy_000.pkl
            fold_0/validation_raw/toy_007.json
            fold_0/validation_raw/toy_007.nii.gz
            fold_0/validation_raw/toy_007.npz
            fold_0/validation_raw/toy_007.pkl
            fold_0/validation_raw/validation_args.json
            fold_0/validation_raw_postprocessed/summary.json
            fold_0/validation_raw_postprocessed/toy_000.nii.gz
            fold_0/validation_raw_postprocessed/toy_007.nii.gz
            gt_niftis/toy_000.nii.gz
            gt_niftis/toy_001.nii.gz
            gt_niftis/toy_002.nii.gz
            gt_niftis/toy_003.nii.gz
            gt_niftis/toy_004.nii.gz
            gt_niftis/toy_005.nii.gz
            gt_niftis/toy_006.nii.gz
            gt_niftis/toy_007.nii.gz
            gt_niftis/toy_008.nii.gz
            gt_niftis/toy_009.nii.gz
            plans.json
            """.ReplaceLineEndings("\n"),
            string.Join('\n', FilesOf(toy)));
    }

    [Fact]
    public void DebugFile_TellsWhatWasTrainedAndOnWhat()
    {
        using ToyTask toy = new();

        TrainingRun.Execute(toy.Options with { Epochs = 1, Iterations = 1 });

        JsonNode debug = JsonNode.Parse(File.ReadAllText(Path.Combine(toy.FoldPath, "debug.json")))!;
        Assert.Equal(toy.FoldPath, (string?)debug["folders"]!["output_folder"]);
        Assert.Equal(toy.PlansPath, (string?)debug["folders"]!["plans_file"]);
        Assert.EndsWith("nnUNetData_plans_v2.1_stage0", (string?)debug["folders"]!["folder_with_preprocessed_data"], StringComparison.Ordinal);
        Assert.Equal("nnUNetTrainerV2", (string?)debug["settings"]!["trainer"]);
        Assert.Equal("nonCT", (string?)debug["normalization_schemes"]!["0"]);
        Assert.Equal("[4,1,3,3,3]", debug["network_parameters"]!["conv_blocks_context.0.blocks.0.conv.weight"]!.ToJsonString());
        Assert.Equal("SpatialAugmentation", (string?)debug["augmentation"]![0]!["class"]);
        Assert.Equal(0.7, (double)debug["augmentation"]![0]!["ScaleLow"]!);
        Assert.Equal(0.1, (double)debug["augmentation"]![1]!["Probability"]!);
        Assert.True((long)debug["machine"]!["memory_bytes"]! > 0);
        Assert.Equal(8, debug["dataset_tr"]!.AsArray().Count);
        Assert.Equal(["toy_000", "toy_007"], debug["dataset_val"]!.AsArray().Select(static c => (string)c!));
    }

    [Fact]
    public void ARunKilledBetweenItsLastCheckpoints_IsCompletedByGoingOn()
    {
        // Given the state of the last epoch's end, and no final checkpoint
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options);
        string weights = TrainingRunTests.Weights(toy);
        File.Move(Path.Combine(toy.FoldPath, "model_final_checkpoint.safetensors"), Path.Combine(toy.FoldPath, "model_latest.safetensors"));

        // When
        TrainingResult result = TrainingRun.Execute(toy.Options with { Continue = true });

        // Then
        Assert.True(result.Completed);
        Assert.Equal(weights, TrainingRunTests.Weights(toy));
        Assert.False(File.Exists(Path.Combine(toy.FoldPath, "model_latest.safetensors")));
    }

    /// <summary>All files of the model's folder with forward slashes, with stars for what differs from run to run.</summary>
    private static string[] FilesOf(ToyTask toy) =>
    [
        .. Directory.EnumerateFiles(toy.ModelPath, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(toy.ModelPath, f).Replace('\\', '/'))
            .Select(static f => System.Text.RegularExpressions.Regex.Replace(f, @"(training_log_|tfevents)[^/]*(?<!jsonl)$", "$1*"))
            .Order(StringComparer.Ordinal),
    ];
}
