using System.Globalization;
using System.Text.Json.Nodes;
using NnUNet.Core.Export;
using NnUNet.Files.Numpy;
using NnUNet.Files.Pickle;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Tests.Inference;

namespace NnUNet.Cli.Tests.Commands;

/// <summary>The commands of nnU-Net v2 that predict: with its models against what it recorded, and with small ones of ours what they do with folders.</summary>
public sealed class V2PredictCommandTests : IDisposable
{
    private const double AgreeingVoxels = 0.9999; // the others are ties: the original rounds sums and resampled logits to float16
    private const double HalfRounding = 5e-3;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("plain_2d", "nnUNetPlans", "2d", false)]
    [InlineData("plain_3d", "nnUNetPlans", "3d_fullres", false)]
    [InlineData("plain_3d", "nnUNetPlans", "3d_fullres", true)]
    [InlineData("resencm_3d", "nnUNetResEncUNetMPlans", "3d_fullres", false)]
    public void Predict_WithAModelOfTheOriginal_GivesItsLabelsAndProbabilities(string model, string plans, string configuration, bool mirrors)
    {
        // Given
        string golden = TestData.Golden($"model_v2/predictions/{model}/{(mirrors ? "tta" : "notta")}");
        Images("in", "hippocampus_098", "hippocampus_104");
        string[] command =
        [
            "nnUNetv2_predict", "-i", _folder["in"], "-o", _folder["out"], "-d", "4", "-c", configuration, "-p", plans, "-f", "0", "--save_probabilities", "--disable_mixed_precision", "-device", "cpu",
            "--results", TestData.Golden("model_v2/results"),
        ];

        // When
        ProgramRun run = ProgramRun.Of(mirrors ? command : [.. command, "--disable_tta"]);

        // Then
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.DoesNotContain("postprocessing", run.Error, StringComparison.Ordinal);
        foreach (string name in (string[])["hippocampus_098", "hippocampus_104"])
        {
            Volume<short> labels = ImageFile.ReadLabels(_folder[$"out/{name}.nii.gz"]), expected = ImageFile.ReadLabels(Path.Combine(golden, name + ".nii.gz"));
            Assert.Equal(expected.Geometry, labels.Geometry);
            int same = labels.Voxels.Zip(expected.Voxels).Count(static pair => pair.First == pair.Second);
            Assert.True(same >= AgreeingVoxels * labels.Voxels.Length, $"{name}: {labels.Voxels.Length - same} of {labels.Voxels.Length} voxels differ");
            Assert.Equal(labels.Geometry, V2ProbabilityFile.ReadGeometry(_folder[$"out/{name}.npz"]));
            JsonNode noted = PickleJson.ToNode(PickleFile.Read(_folder[$"out/{name}.pkl"]))!;
            JsonNode original = JsonNode.Parse(File.ReadAllText(Path.Combine(golden, name + ".properties.json")))!;
            Assert.True(JsonNode.DeepEquals(original, noted), $"{noted.ToJsonString()} {original.ToJsonString()}");
        }

        string probabilities = Path.Combine(golden, "hippocampus_098.npz");
        if (File.Exists(probabilities))
        {
            NpyArray written = NpzFile.Read(_folder["out/hippocampus_098.npz"])["probabilities"], recorded = NpzFile.Read(probabilities)["probabilities"];
            Assert.Equal(recorded.Shape, written.Shape);
            Golden.AssertClose("probabilities", recorded.ToArray<float>(), written.ToArray<float>(), HalfRounding);
        }

        Assert.Equal(
            ["dataset.json", "plans.json", "predict_from_raw_data_args.json"],
            Directory.GetFiles(_folder["out"], "*.json").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string[] keys = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(golden, "predict_from_raw_data_args.json")))!.AsObject().Select(static p => p.Key)];
        Assert.Equal(keys, JsonNode.Parse(File.ReadAllText(_folder["out/predict_from_raw_data_args.json"]))!.AsObject().Select(static p => p.Key));
    }

    [SkippableFact]
    public void Predict_WithFoldsThatAreNotThere_NamesThoseThatAre()
    {
        // Given: the original's default asks for five folds
        Images("in", "hippocampus_098");

        // When
        ProgramRun run = ProgramRun.Of("nnUNetv2_predict", "-i", _folder["in"], "-o", _folder["out"], "-d", "4", "-c", "3d_fullres", "--results", TestData.Golden("model_v2/results"));
        ProgramRun other = ProgramRun.Of("nnUNetv2_predict", "-i", _folder["in"], "-o", _folder["out"], "-d", "4", "-c", "3d_lowres", "--results", TestData.Golden("model_v2/results"));

        // Then
        Assert.Equal((1, 1), (run.ExitCode, other.ExitCode));
        Assert.Contains("there is no fold 1, nor 2, 3, 4, with a checkpoint checkpoint_final.pth; train them first, or take what there is (-f 0)", run.Error, StringComparison.Ordinal);
        Assert.Contains("Dataset004_Hippocampus has nnUNetTrainer__nnUNetPlans__2d, nnUNetTrainer__nnUNetPlans__3d_fullres, nnUNetTrainer__nnUNetResEncUNetMPlans__3d_fullres", other.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [SkippableFact]
    public void TheCommandOfV1_PredictsWithSuchAModelToo()
    {
        // Given
        Images("in", "hippocampus_098");
        string results = TestData.Golden("model_v2/results");
        string[] command = ["nnUNet_predict", "-i", _folder["in"], "--disable_tta", "--disable_mixed_precision", "--device", "cpu"];

        // When
        ProgramRun byName = ProgramRun.Of([.. command, "-o", _folder["name"], "-t", "Dataset004_Hippocampus", "-m", "3d_fullres", "--results", results]);
        ProgramRun byFolder = ProgramRun.Of([.. command, "-o", _folder["folder"], "--model_folder", Path.Combine(results, "Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__3d_fullres"), "-z"]);

        // Then
        Assert.True((byName.ExitCode, byFolder.ExitCode) == (0, 0), byName.Error + byFolder.Error);
        Assert.Equal(ImageFile.ReadLabels(_folder["name/hippocampus_098.nii.gz"]).Voxels, ImageFile.ReadLabels(_folder["folder/hippocampus_098.nii.gz"]).Voxels);
        Assert.True(V2ProbabilityFile.Is(_folder["folder/hippocampus_098.npz"]));
    }

    [Fact]
    public void Predict_MakesAllAgain_UnlessItContinues()
    {
        // Given one case with a segmentation of unknown origin, and one without
        using SmallModel model = new();
        WriteImages("a", "b");
        ImageFile.WriteLabels(_folder["out/a.nii.gz"], SmallModel.LowResolution());
        string[] command = ["nnUNetv2_predict_from_modelfolder", "-i", _folder["in"], "-o", _folder["out"], "-m", model.Folder, "-f", "0", "-chk", "model_final_checkpoint", "--disable_tta", "-device", "cpu"];

        // When
        ProgramRun continued = ProgramRun.Of([.. command, "--c"]);
        ProgramRun again = ProgramRun.Of(command);
        ProgramRun silent = ProgramRun.Of([.. command, "--continue_prediction", "--disable_progress_bar", "-npp", "0", "-nps", "2", "--not_on_device"]);

        // Then
        Assert.Contains("1 predicted, 0 were there already, 1 of unknown origin left as they are, 0 failed", continued.Output, StringComparison.Ordinal);
        Assert.Contains("2 predicted, 0 were there already, 0 failed", again.Output, StringComparison.Ordinal);
        Assert.Contains("0 predicted, 2 were there already, 0 failed", silent.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("predicting:", silent.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_TheSecondStageOfACascade_RunsTheFirstOneBesideIt_OrTakesItsSegmentations()
    {
        // Given
        using SmallModel low = new(), second = new(previousStage: true);
        Install(low, "T__P__3d_lowres");
        Install(second, "T__P__3d_cascade_fullres");
        WriteImages("a");
        string[] command =
        [
            "nnUNetv2_predict", "-i", _folder["in"], "-d", "1", "-tr", "T", "-p", "P", "-c", "3d_cascade_fullres", "-f", "0", "-chk", "model_final_checkpoint", "--disable_tta", "--disable_mixed_precision", "-device", "cpu", "--workspace", _folder.Root,
        ];

        // When
        ProgramRun both = ProgramRun.Of([.. command, "-o", _folder["both"]]);
        ProgramRun given = ProgramRun.Of([.. command, "-o", _folder["given"], "-prev_stage_predictions", _folder["both/3d_lowres_predictions"]]);
        Directory.Delete(_folder["results/Dataset001_A/T__P__3d_lowres"], recursive: true);
        ProgramRun alone = ProgramRun.Of([.. command, "-o", _folder["alone"]]);

        // Then
        Assert.True((both.ExitCode, given.ExitCode, alone.ExitCode) == (0, 0, 1), both.Error + given.Error + alone.Error);
        Assert.Contains($"Low resolution: {_folder["results/Dataset001_A/T__P__3d_lowres"]}", both.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Low resolution", given.Output, StringComparison.Ordinal);
        Assert.Equal(ImageFile.ReadLabels(_folder["both/a.nii.gz"]).Voxels, ImageFile.ReadLabels(_folder["given/a.nii.gz"]).Voxels);
        Assert.Contains("it needs the segmentations of 3d_lowres, and the model that makes them is not beside it; name the folder of these segmentations with -prev_stage_predictions", alone.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["alone"]));
    }

    [Fact]
    public void Predict_InParts_PredictsEachCaseOnce()
    {
        // Given
        using SmallModel model = new();
        Install(model, "nnUNetTrainer__nnUNetPlans__2d");
        WriteImages("a", "b", "c");
        string[] command = ["nnUNetv2_predict", "-i", _folder["in"], "-o", _folder["out"], "-d", "Dataset001_A", "-c", "2d", "-f", "0", "-chk", "model_final_checkpoint", "--disable_tta", "-device", "cpu", "-num_parts", "2", "--workspace", _folder.Root];

        // When
        ProgramRun first = ProgramRun.Of(command), second = ProgramRun.Of([.. command, "-part_id", "1"]), none = ProgramRun.Of([.. command, "-part_id", "2"]);

        // Then
        Assert.Contains("2 predicted", first.Output, StringComparison.Ordinal);
        Assert.Contains("1 predicted", second.Output, StringComparison.Ordinal);
        Assert.Equal(2, none.ExitCode);
        Assert.Equal(3, Directory.GetFiles(_folder["out"], "*.nii.gz").Length);
    }

    [Theory]
    [InlineData("-device mps", "Apple's graphics processors are not supported; give cpu or cuda")]
    [InlineData("-device cpu --device cpu", "give either -device, --device or --devices")]
    [InlineData("-device cpu --devices cpu:2", "give either -device, --device or --devices")]
    [InlineData("-step_size 0", "the tile step is 0")]
    public void Predict_WithOptionsThatCannotBe_IsWrongUsage(string options, string told)
    {
        ProgramRun run = ProgramRun.Of(["nnUNetv2_predict_from_modelfolder", "-i", "in", "-o", "out", "-m", "model", .. options.Split(' ')]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
    }

    private void Install(SmallModel model, string name)
    {
        foreach (string file in Directory.GetFiles(model.Folder, "*", SearchOption.AllDirectories))
        {
            string target = _folder[$"results/Dataset001_A/{name}/{Path.GetRelativePath(model.Folder, file)}"];
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private void WriteImages(params string[] names)
    {
        foreach ((int i, string name) in names.Index()) ImageFile.WriteVolume(_folder[string.Create(CultureInfo.InvariantCulture, $"in/{name}_0000.nii.gz")], SmallModel.Image(seed: i));
    }

    private void Images(string folder, params string[] names)
    {
        Directory.CreateDirectory(_folder[folder]);
        foreach (string name in names) File.Copy(TestData.Data($"Task04_Hippocampus/imagesTs/{name}.nii.gz"), _folder[$"{folder}/{name}_0000.nii.gz"]);
    }
}
