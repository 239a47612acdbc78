using System.IO.Compression;
using System.Text.Json.Nodes;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;
using NnUNet.Foundation;
using NnUNet.Interop.V1;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests.V1;

/// <summary>The model that the original exported, opened as it is.</summary>
public sealed class V1ModelFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableFact]
    public void Read_TheRecordedModel_HasPlanNetworkAndTrainer()
    {
        // Given
        string folder = Unpack();
        Plan expected = ProductJson.Read<Plan>(TestData.Golden("hippocampus/nnUNetPlansv2.1_plans_3D.json"));

        // When
        StoredModel model = new V1ModelFormat().Read(folder);

        // Then
        Assert.Equal("nnUNetTrainerV2", model.Trainer);
        Assert.Empty(model.Warnings);
        Assert.True(JsonNode.DeepEquals(ProductJson.ToNode(expected.PlansPerStage), ProductJson.ToNode(model.Plan!.PlansPerStage)));
        Assert.True(JsonNode.DeepEquals(ProductJson.ToNode(expected.DatasetProperties with { NumCases = 60 }), ProductJson.ToNode(model.Plan!.DatasetProperties)));
        Assert.Equal(60, ((JsonArray)ProductJson.ToNode(model.Plan!.Unknown["list_of_npz_files"])!).Count);
        NetworkDescription network = model.Contract.Network;
        Assert.Equal("Generic_UNet", network.Name);
        Assert.Equal([0, 1, 2], network.MirrorAxes);
        Assert.Null(network.Stage);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(
                """
                {"input_channels":1,"num_classes":3,"base_num_features":32,"max_num_features":320,"num_conv_per_stage":2,
                 "pool_op_kernel_sizes":[[2,2,2],[2,2,2],[2,2,2]],"conv_kernel_sizes":[[3,3,3],[3,3,3],[3,3,3],[3,3,3]]}
                """),
            JsonNode.Parse(network.Arguments.GetRawText())));
    }

    [SkippableFact]
    public void Open_ItsFolder_IsAModelFolderWithItsFolds()
    {
        // Given
        string folder = Unpack();
        Assert.Contains("nnunet_v1", Catalog<ModelFormat>.Names);

        // When
        ModelFolder model = ModelFolder.Open(folder);

        // Then
        Assert.Equal("nnU-Net v1 (Python)", model.Format.Title);
        Assert.Equal(["0"], model.SelectFolds(null));
        Assert.EndsWith("model_final_checkpoint.model", model.CheckpointPath("0"), StringComparison.Ordinal);
        Assert.Contains("no checkpoint model_best.model", Assert.Throws<DescribedException>(() => model.CheckpointPath("0", "model_best")).What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Read_AnUnknownTrainer_GetsTheDefaultsAndAWarning()
    {
        // Given
        string folder = Unpack();
        Rename(folder, "MyTrainer");

        // When
        StoredModel model = new V1ModelFormat().Read(folder);
        StoredModel told = new V1ModelFormat().Read(folder, "nnUNetTrainerV2_noMirroring");

        // Then
        Assert.Contains("MyTrainer is not one of nnU-Net's", Assert.Single(model.Warnings), StringComparison.Ordinal);
        Assert.Equal([0, 1, 2], model.Contract.Network.MirrorAxes);
        Assert.Empty(told.Contract.Network.MirrorAxes);
    }

    [SkippableFact]
    public void Read_WithANetworkFile_TakesItsKeysOverWhatWasFound()
    {
        // Given
        string folder = Unpack();
        File.WriteAllText(_folder["network.json"], """{"mirror_axes":[1],"arguments":{"nonlin":{"name":"ReLU"}}}""");

        // When
        NetworkDescription network = new V1ModelFormat().Read(folder, _folder["network.json"]).Contract.Network;

        // Then
        Assert.Equal([1], network.MirrorAxes);
        Assert.Equal("ReLU", network.Arguments.GetProperty("nonlin").GetProperty("name").GetString());
        Assert.Equal(32, network.Arguments.GetProperty("base_num_features").GetInt32());
        Assert.Contains("neither a trainer of nnU-Net nor a file", Assert.Throws<DescribedException>(() => new V1ModelFormat().Read(folder, "nonsense")).What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Read_WithoutItsCheckpointOrItsPickle_SaysWhatIsMissing()
    {
        // Given
        string folder = Unpack();
        string checkpoint = Path.Combine(folder, "fold_0/model_final_checkpoint.model");

        // When
        File.Delete(checkpoint + ".pkl");
        DescribedException pickle = Assert.Throws<DescribedException>(() => new V1ModelFormat().Read(folder));
        File.Delete(checkpoint);
        DescribedException weights = Assert.Throws<DescribedException>(() => new V1ModelFormat().Read(folder));

        // Then
        Assert.Contains("the .pkl beside it is missing", pickle.What, StringComparison.Ordinal);
        Assert.Contains("no fold has a checkpoint", weights.What, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Open_WithoutPlansPkl_TakesThePlanBesideTheCheckpoint()
    {
        // Given
        string folder = Unpack();
        File.Delete(Path.Combine(folder, "plans.pkl"));

        // When
        ModelFolder model = ModelFolder.Open(folder);

        // Then
        Assert.Contains("plans.pkl is missing; the plan beside the checkpoint is used", Assert.Single(model.Warnings), StringComparison.Ordinal);
        Assert.Equal("Generic_UNet", model.Network.Name);
    }

    [SkippableFact]
    public void Open_WithoutAnyPlan_NamesPlansPkl()
    {
        // Given
        string folder = Unpack();
        string pickle = Path.Combine(folder, "fold_0/model_final_checkpoint.model.pkl");
        PickleDictionary content = (PickleDictionary)PickleFile.Read(pickle)!;
        content["plans"] = null;
        PickleFile.Write(pickle, content);
        File.Delete(Path.Combine(folder, "plans.pkl"));

        // When
        DescribedException error = Assert.Throws<DescribedException>(() => ModelFolder.Open(folder));

        // Then
        Assert.Equal(Path.Combine(folder, "plans.pkl"), error.Where);
        Assert.Contains("copy plans.pkl", error.Remedy, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Open_TheFolderOfAFold_NamesTheOneAbove()
    {
        // Given
        string folder = Unpack();

        // When
        DescribedException error = Assert.Throws<DescribedException>(() => ModelFolder.Open(Path.Combine(folder, "fold_0")));

        // Then
        Assert.Contains("it is the folder of a fold", error.What, StringComparison.Ordinal);
        Assert.Contains("plans.pkl", error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("_orig_mod.module.")]
    [InlineData("module._orig_mod.")]
    public void OpenWeights_OfAWrappedNetwork_HaveTheirOwnNames(string prefix)
    {
        // Given
        TorchZipWriter writer = new();
        PickleDictionary state = new() { IsOrdered = true };
        foreach (string name in new[] { "conv_blocks_context.0.weight", "seg_outputs.0.weight" })
        {
            state[prefix + name] = writer.Tensor(new TensorToWrite(name, [2], static () => [1, 2], false));
        }

        writer.Write(_folder["a.model"], new PickleDictionary { ["state_dict"] = state }, CancellationToken.None);

        // When
        using StoredWeights weights = new V1ModelFormat().OpenWeights(_folder["a.model"]);

        // Then
        Assert.Equal(["conv_blocks_context.0.weight", "seg_outputs.0.weight"], weights.Weights.Select(static w => w.Name));
        Assert.Equal([1, 2], weights.Weights[0].Read());
    }

    [Fact]
    public void OpenWeights_ThatStandThereTwice_WithAndWithoutPrefix_AreRefused()
    {
        // Given
        TorchZipWriter writer = new();
        PickledCall tensor = writer.Tensor(new TensorToWrite("w", [2], static () => [1, 2], false));
        writer.Write(_folder["a.model"], new PickleDictionary { ["state_dict"] = new PickleDictionary { IsOrdered = true, ["w"] = tensor, ["_orig_mod.w"] = tensor } }, CancellationToken.None);

        // Then
        Assert.Contains("holds w twice", Assert.Throws<TorchFileException>(() => new V1ModelFormat().OpenWeights(_folder["a.model"])).What, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Unpack()
    {
        ZipFile.ExtractToDirectory(TestData.Golden("model/Task004_Hippocampus_3d_fullres.zip"), _folder.Root);
        return _folder["3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1"];
    }

    private static void Rename(string folder, string trainer)
    {
        string path = Path.Combine(folder, "fold_0/model_final_checkpoint.model.pkl");
        PickleDictionary content = (PickleDictionary)PickleFile.Read(path)!;
        content["name"] = trainer;
        PickleFile.Write(path, content);
    }
}
