using System.Text.Json.Nodes;
using NnUNet.Core.Cropping;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Testing;
using Xunit.Abstractions;

namespace NnUNet.Interop.Tests.V2;

/// <summary>Model folders of nnU-Net v2, opened as they are.</summary>
public sealed class V2ModelFormatTests(ITestOutputHelper output) : IDisposable
{
    private const string Plain3D = "nnUNetTrainer__nnUNetPlans__3d_fullres", Plain2D = "nnUNetTrainer__nnUNetPlans__2d", Residual = "nnUNetTrainer__nnUNetResEncUNetMPlans__3d_fullres";

    private readonly TemporaryFolder _folder = new();

    [SkippableTheory]
    [InlineData(Plain2D, "PlainConvUNet", 2, 16, new[] { "0", "1" })]
    [InlineData(Plain3D, "PlainConvUNet", 3, 16, new[] { "0" })]
    [InlineData(Residual, "ResidualEncoderUNet", 3, 8, new[] { "0" })]
    public void Open_ARecordedModel_PromisesWhatItsFilesSay(string name, string network, int axes, int features, string[] folds)
    {
        // When
        ModelFolder model = ModelFolder.Open(Golden(name));

        // Then
        ModelContract contract = model.Contract;
        Assert.Equal(("nnU-Net v2 (Python)", "nnUNetTrainer", network), (model.Format.Title, model.Trainer, contract.Network.Name));
        Assert.Empty(model.Warnings);
        Assert.Equal(folds, model.SelectFolds(null));
        Assert.EndsWith("fold_0/checkpoint_final.pth", model.CheckpointPath("0"), StringComparison.Ordinal);
        Assert.Equal(model.CheckpointPath("0"), model.CheckpointPath("fold_0", "checkpoint_final.pth"));
        Assert.Equal(Enumerable.Range(0, axes), contract.Network.MirrorAxes);
        Assert.Equal(new OutputContract(OutputActivation.Softmax, AveragedOutput.Logits), contract.Outputs);
        Assert.Equal((10, features, 3, 1), (contract.Tiles.GaussianPeak, contract.BaseFeatures, contract.Labels.Outputs, contract.InputChannels));
        Assert.Equal([new(0, "background"), new(1, "Anterior"), new(2, "Posterior")], contract.Labels.Names);
        Assert.Equal(axes == 2, contract.Preprocessing.KeepsSliceSpacing);
        Assert.Equal(CoarseAxisRule.NetworkFirst, contract.Preprocessing.CoarseAxis);
        Assert.Contains(Path.Combine(model.Path, "dataset.json"), model.FilesOf(["0"]));
        ModelFacts facts = ModelFacts.Of(model);
        Assert.Equal((name.Split("__")[1], name.Split("__")[2]), (facts.Plans, facts.Configuration));
    }

    [SkippableTheory]
    [InlineData(Plain3D, "Dataset004_3d_fullres_hippocampus_001")]
    [InlineData(Plain3D, "Dataset004_3d_fullres_hippocampus_014")]
    [InlineData(Plain2D, "Dataset004_2d_hippocampus_001")]
    public void Preprocessing_ARecordedCase_GivesTheOriginalsArrays(string name, string recorded)
    {
        // Given
        IReadOnlyDictionary<string, NpyArray> expected = NpzFile.Read(TestData.Golden($"model_v2/preprocessing/{recorded}.npz"));
        string caseId = recorded[^"hippocampus_001".Length..], data = TestData.Data("Task04_Hippocampus");
        PreprocessingRecipe recipe = ModelFolder.Open(Golden(name)).Contract.Preprocessing;

        // When
        PreprocessedCase actual = CasePreprocessor.Run(CaseReader.ReadCropped(new(caseId, [Path.Combine(data, "imagesTr", caseId + ".nii.gz")], Path.Combine(data, "labelsTr", caseId + ".nii.gz")), declared: null), recipe);

        // Then
        double largest = Testing.Golden.AssertClose(recorded, expected["data"].ToArray<float>(), actual.Data[0], 1e-5);
        Assert.Equal(expected["seg"].ToArray<sbyte>().Select(static v => (short)v), actual.Segmentation!);
        output.WriteLine($"{recorded}: largest difference {largest:R}");
    }

    [SkippableTheory]
    [InlineData("old")]
    [InlineData("development")]
    [InlineData("inherited")]
    public void Open_PlansInAnotherSpelling_IsTheSameModel(string spelling)
    {
        // Given
        string expected = ProductJson.Print(ModelFolder.Open(Golden(Plain3D)).Contract);
        string folder = Copy(Plain3D);
        Edit(folder, "plans.json", plans =>
        {
            JsonObject one = (JsonObject)plans["configurations"]!["3d_fullres"]!, kwargs = (JsonObject)one["architecture"]!["arch_kwargs"]!;
            JsonNode className = one["architecture"]!["network_class_name"]!;
            if (spelling == "development") (one["network_arch_class_name"], one["network_arch_init_kwargs"]) = (className.DeepClone(), kwargs.DeepClone());
            if (spelling != "development")
            {
                one["UNet_class_name"] = "PlainConvUNet";
                one["UNet_base_num_features"] = 16;
                one["unet_max_num_features"] = 320;
                one["n_conv_per_stage_encoder"] = kwargs["n_conv_per_stage"]!.DeepClone();
                one["n_conv_per_stage_decoder"] = kwargs["n_conv_per_stage_decoder"]!.DeepClone();
                one["pool_op_kernel_sizes"] = kwargs["strides"]!.DeepClone();
                one["conv_kernel_sizes"] = kwargs["kernel_sizes"]!.DeepClone();
                one["num_pool_per_axis"] = new JsonArray(3, 3, 3);
            }

            one.Remove("architecture");
            plans.Remove("label_manager");
            plans["foreground_intensity_properties_by_modality"] = plans["foreground_intensity_properties_per_channel"]!.DeepClone();
            plans.Remove("foreground_intensity_properties_per_channel");
            plans["somebodys_key"] = new JsonObject { ["x"] = 1 };
            if (spelling != "inherited") return;

            // A parent in the old spelling whose child changes one key of the network.
            JsonObject parent = (JsonObject)one.DeepClone();
            parent["UNet_base_num_features"] = 5;
            plans["configurations"]!["parent"] = parent;
            plans["configurations"]!["3d_fullres"] = new JsonObject { ["inherits_from"] = "parent", ["UNet_base_num_features"] = 16, ["batch_size"] = 4 };
        });

        // When
        ModelFolder model = ModelFolder.Open(folder);

        // Then
        Assert.Empty(model.Warnings);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(ProductJson.Print(model.Contract))));
    }

    [SkippableFact]
    public void Open_ConfigurationsThatInheritInACircle_IsRefused()
    {
        string folder = Copy(Plain3D);
        Edit(folder, "plans.json", static plans =>
        {
            plans["configurations"]!["3d_fullres"] = new JsonObject { ["inherits_from"] = "a" };
            plans["configurations"]!["a"] = new JsonObject { ["inherits_from"] = "3d_fullres" };
        });

        Assert.Contains("inherit in a circle: 3d_fullres from a from 3d_fullres", Assert.Throws<DescribedException>(() => ModelFolder.Open(folder)).What, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("preprocessor_name", "\"MyPreprocessor\"", "preprocessor_name is MyPreprocessor, whose code is missing here")]
    [InlineData("normalization_schemes", "[\"Magic\"]", "the normalisation Magic is missing here")]
    [InlineData("resampling_fn_data", "\"resample_magic\"", "images are resampled with resample_magic, but known are")]
    [InlineData("resampling_fn_data_kwargs", "{\"order\": 2}", "order is 2, but known are 0, 1 and 3")]
    [InlineData("resampling_fn_probabilities_kwargs", "{\"magic\": 2}", "magic is not known")]
    [InlineData("patch_size", "[40, 56]", "patch_size has 2 axes")]
    [InlineData("inherits_from", "\"3d_fulres\"", "3d_fullres inherits from 3d_fulres, which is not there")]
    public void Open_WhatIsNotKnownHere_IsRefusedByName(string key, string value, string expected)
    {
        string folder = Copy(Plain3D);
        Edit(folder, "plans.json", plans => plans["configurations"]!["3d_fullres"]![key] = JsonNode.Parse(value));

        Assert.Contains(expected, Assert.Throws<DescribedException>(() => ModelFolder.Open(folder)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Open_TorchResampling_KnowsItsArguments()
    {
        // Given
        string folder = Copy(Plain3D);
        Edit(folder, "plans.json", static plans =>
        {
            JsonNode one = plans["configurations"]!["3d_fullres"]!;
            foreach (string kind in (string[])["data", "seg", "probabilities"])
            {
                one["resampling_fn_" + kind] = "resample_torch_fornnunet";
                one[$"resampling_fn_{kind}_kwargs"] = new JsonObject { ["is_seg"] = kind == "seg", ["force_separate_z"] = false, ["memefficient_seg_resampling"] = kind == "seg" };
            }

            ((JsonObject)one["resampling_fn_data_kwargs"]!).Remove("force_separate_z");
        });

        // When
        PreprocessingRecipe recipe = ModelFolder.Open(folder).Contract.Preprocessing;

        // Then
        Assert.Equal(new ResamplingRule { Function = "resample_torch_fornnunet", Order = 1, OrderZ = 0 }, recipe.Images);
        Assert.Equal(new ResamplingRule { Function = "resample_torch_fornnunet", Order = 1, OrderZ = 0, ForceSeparateZ = false, Labels = Imaging.Algorithms.LabelChoice.MoreThanHalf }, recipe.Segmentations);
        Assert.Equal(new ResamplingRule { Function = "resample_torch_fornnunet", Order = 1, OrderZ = 0, ForceSeparateZ = false }, recipe.Outputs);
    }

    [SkippableFact]
    public void Open_AFoldOfAllCases_OrABestCheckpoint_IsFound()
    {
        // Given
        string folder = Copy(Plain3D);
        Directory.Move(Path.Combine(folder, "fold_0"), Path.Combine(folder, "fold_all"));
        File.Copy(Path.Combine(folder, "fold_all", "checkpoint_final.pth"), Path.Combine(folder, "fold_all", "checkpoint_best.pth"));

        // When
        ModelFolder model = ModelFolder.Open(folder);

        // Then
        Assert.Equal(["all"], model.SelectFolds(null));
        Assert.EndsWith("fold_all/checkpoint_best.pth", model.CheckpointPath("all", "model_best"), StringComparison.Ordinal);
        Assert.Contains("no checkpoint checkpoint_latest.pth", Assert.Throws<DescribedException>(() => model.CheckpointPath("all", "checkpoint_latest")).What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Open_AModelThatDoesNotFitItsDataset_SaysWhatTheWeightsAre()
    {
        string folder = Copy(Plain3D);
        Edit(folder, "dataset.json", static dataset => dataset["labels"]!["more"] = 3);

        Assert.Contains("gives 3 outputs, but plans and dataset.json say 4", Assert.Throws<DescribedException>(() => ModelFolder.Open(folder)).What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Open_WithoutDatasetOrCheckpoint_SaysWhatIsMissing()
    {
        string folder = Copy(Plain3D);
        File.Delete(Path.Combine(folder, "dataset.json"));
        DescribedException noDataset = Assert.Throws<DescribedException>(() => ModelFolder.Open(folder));
        Edit(folder, "dataset.json", static _ => { }, Golden(Plain3D));
        Directory.Delete(Path.Combine(folder, "fold_0"), recursive: true);

        Assert.Contains("what the network's outputs are", noDataset.What, StringComparison.Ordinal);
        Assert.Contains("no fold has a checkpoint (checkpoint_final.pth)", Assert.Throws<DescribedException>(() => ModelFolder.Open(folder)).What, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string Golden(string name) => TestData.Golden($"model_v2/results/Dataset004_Hippocampus/{name}");

    private string Copy(string name)
    {
        string from = Golden(name), to = _folder[name];
        Directory.CreateDirectory(Path.Combine(to, "fold_0"));
        foreach (string file in (string[])["plans.json", "dataset.json", "fold_0/checkpoint_final.pth"]) File.Copy(Path.Combine(from, file), Path.Combine(to, file));
        return to;
    }

    private static void Edit(string folder, string file, Action<JsonObject> change, string? from = null)
    {
        JsonObject content = ProductJson.Read<JsonObject>(Path.Combine(from ?? folder, file));
        change(content);
        ProductJson.Write(Path.Combine(folder, file), content);
    }
}
