using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;
using NnUNet.Files.Safetensors;
using NnUNet.Foundation;
using NnUNet.Interop.Tests.V1;
using NnUNet.Interop.V2;
using NnUNet.Interop.V2.Export;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests.V2.Export;

/// <summary>Models of ours for the Python nnU-Net v2, key by key against its own checkpoints.</summary>
public sealed class V2ExporterTests : IDisposable
{
    private const string Golden = "model_v2/results/Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__3d_fullres";
    private const string Model = "nnUNet/3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1";
    private const string Exported = "out/Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlansv2.1__3d_fullres";
    private const string Checkpoint = "fold_0/checkpoint_final.pth";

    private readonly TemporaryFolder _folder = new();

    [SkippableFact]
    public void Export_OfVersion2sNetwork_IsItsOwnCheckpointKeyByKey()
    {
        // Given a model of ours with the network and the weights of a model of version 2
        WriteOurs(GoldenNetwork(), GoldenWeights());

        // When it is exported
        V2ExportReport report = V2Exporter.Export(ModelFolder.Open(_folder[Model]), _folder["out"]);

        // Then it lies where version 2 looks for it
        Assert.Equal(_folder[Exported], report.Folder);
        Assert.Equal(["0"], report.Folds);
        Assert.Contains(report.Warnings, static w => w.Contains("normalises a case before it resamples it", StringComparison.Ordinal));

        // and the checkpoint has the keys of version 2's own, in their order, and the same numbers, each stored once
        using TorchFile golden = TorchFile.Open(TestData.Golden($"{Golden}/{Checkpoint}")), ours = TorchFile.Open(_folder[$"{Exported}/{Checkpoint}"]);
        PickleDictionary expected = (PickleDictionary)golden.Content!, actual = (PickleDictionary)ours.Content!;
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        PickleDictionary theirs = (PickleDictionary)expected["network_weights"]!, weights = (PickleDictionary)actual["network_weights"]!;
        Assert.True(weights.IsOrdered);
        Assert.Equal(theirs.Keys, weights.Keys);
        Assert.All(theirs, entry => Assert.Equal(((TensorView)entry.Value!).ReadFloat32(), ((TensorView)weights[entry.Key]!).ReadFloat32()));
        Assert.Equal(Sharing(theirs), Sharing(weights));
        foreach (string part in (string[])["init_args", "logging", "optimizer_state"]) Assert.Equal(((PickleDictionary)expected[part]!).Keys.Order(), ((PickleDictionary)actual[part]!).Keys.Order());
        Assert.Equal(Group(expected).Keys.Order(), Group(actual).Keys.Order());
        Assert.Equal((List<object?>)Group(expected)["params"]!, (List<object?>)Group(actual)["params"]!);

        // and what the trainer is made of
        PickleDictionary arguments = (PickleDictionary)actual["init_args"]!;
        Assert.Equal(("3d_fullres", (object)0L, (object)"cuda"), ((string)arguments["configuration"]!, arguments["fold"], arguments["device"]));
        Assert.Equal("nnUNetTrainer", actual["trainer_name"]);
        Assert.Equal<object?>([0L, 1L, 2L], (PickleTuple)actual["inference_allowed_mirroring_axes"]!);

        // and as a model of version 2 it has the labels, tiles and channels of ours
        ModelContract before = ModelFolder.Open(_folder[Model]).Contract, after = ModelFolder.Open(report.Folder).Contract;
        Assert.Equal(before.Labels.Foreground, after.Labels.Foreground);
        Assert.Equal((before.Tiles.Size, before.InputChannels, before.Network.MirrorAxes), (after.Tiles.Size, after.InputChannels, after.Network.MirrorAxes));

        // and nothing that version 2's own files do not ask of Python
        Assert.Subset(PickleOperations.Names(Content(TestData.Golden($"{Golden}/{Checkpoint}"))), PickleOperations.Names(Content(_folder[$"{Exported}/{Checkpoint}"])));
    }

    [SkippableFact]
    public void Export_WritesPlansAndDataSet_WithTheKeysOfVersion2()
    {
        // Given
        WriteOurs(GoldenNetwork(), GoldenWeights());

        // When
        V2Exporter.Export(ModelFolder.Open(_folder[Model]), _folder["out"]);

        // Then the plans have version 2's keys and its network
        JsonObject golden = Json(TestData.Golden($"{Golden}/plans.json")), plans = Json(_folder[$"{Exported}/plans.json"]);
        JsonObject theirs = (JsonObject)golden["configurations"]!["3d_fullres"]!, ours = (JsonObject)plans["configurations"]!["3d_fullres"]!;
        Assert.Equal(golden.Select(static p => p.Key), plans.Select(static p => p.Key));
        Assert.Equal(theirs.Select(static p => p.Key), ours.Select(static p => p.Key));
        Assert.Equal(theirs["architecture"]!.ToJsonString(), ours["architecture"]!.ToJsonString());
        Assert.Equal(theirs["resampling_fn_data_kwargs"]!.ToJsonString(), ours["resampling_fn_data_kwargs"]!.ToJsonString());
        Assert.Equal(("[40,56,40]", "[\"ZScoreNormalization\"]", "[false]"), (ours["patch_size"]!.ToJsonString(), ours["normalization_schemes"]!.ToJsonString(), ours["use_mask_for_norm"]!.ToJsonString()));
        Assert.Equal(("Dataset004_Hippocampus", "nnUNetPlansv2.1"), ((string)plans["dataset_name"]!, (string)plans["plans_name"]!));
        JsonObject intensities = (JsonObject)plans["foreground_intensity_properties_per_channel"]!["0"]!;
        Assert.Equal(((JsonObject)golden["foreground_intensity_properties_per_channel"]!["0"]!).Select(static p => p.Key), intensities.Select(static p => p.Key));

        // and the data set's labels begin with the background
        JsonObject dataset = Json(_folder[$"{Exported}/dataset.json"]);
        Assert.Equal("""{"background":0,"Anterior":1,"Posterior":2}""", dataset["labels"]!.ToJsonString());
        Assert.Equal(".nii.gz", (string)dataset["file_ending"]!);
        Assert.Single((JsonObject)dataset["channel_names"]!);
    }

    [SkippableFact]
    public void Export_OfVersion1sNetwork_HasZerosForTheBiasesThatItHasNot()
    {
        // Given a model of ours with version 1's network
        Plan plan = TestPlan();
        WriteOurs(Generic(), Few());

        // When
        V2ExportReport report = V2Exporter.Export(ModelFolder.Open(_folder[Model]), _folder["out"]);

        // Then it is version 2's plain network, with kernels that hold those of both ways
        Assert.Equal("dynamic_network_architectures.architectures.unet.PlainConvUNet", report.Network);
        JsonNode architecture = Json(_folder[$"{Exported}/plans.json"])["configurations"]!["3d_fullres"]!["architecture"]!["arch_kwargs"]!;
        Assert.Equal(("[4,6]", "[[3,3,3],[3,3,3]]", "[[1,1,1],[1,2,2]]"), (architecture["features_per_stage"]!.ToJsonString(), architecture["kernel_sizes"]!.ToJsonString(), architecture["strides"]!.ToJsonString()));
        using V2StateDict checkpoint = V2StateDict.Open(_folder[$"{Exported}/{Checkpoint}"]);
        Dictionary<string, TensorView> tensors = checkpoint.Tensors.ToDictionary(static t => t.Key, static t => t.Value);
        Assert.Equal(new float[4], tensors["decoder.transpconvs.0.bias"].ReadFloat32());
        Assert.Equal(new float[plan.NumClasses + 1], tensors["decoder.seg_layers.0.bias"].ReadFloat32());

        // and a kernel of one plane lies in the middle of zeros
        float[] kernel = tensors["encoder.stages.0.0.convs.0.conv.weight"].ReadFloat32();
        Assert.Equal([.. new float[9], 1, 2, 3, 4, 5, 6, 7, 8, 9, .. new float[9]], kernel[..27]);

        // and the weights fit what the plans say
        JsonNode all = Json(_folder[$"{Exported}/plans.json"])["configurations"]!["3d_fullres"]!["architecture"]!;
        Assert.Empty(V2Network.Of("plans", (string)all["network_class_name"]!, (JsonObject)all["arch_kwargs"]!, checkpoint, 1, plan.NumClasses + 1, []).Warnings);
    }

    [SkippableFact]
    public void Export_PassesCurvesAndMomentumOn()
    {
        // Given a model of ours with a training's record and the momentum of one parameter
        (string Name, long[] Shape)[] weights = [.. Few(), ("momentum/tu.0.weight", [6, 4, 1, 2, 2])];
        WriteOurs(
            Generic(),
            weights,
            """{"settings":{"optimizer":"SGD","momentum":0.99,"weight_decay":3e-5},"state":{"curves":[{"train_loss":1,"validation_loss":2,"lr":0.01,"evaluation_metric":0.5},{"train_loss":3,"validation_loss":4,"lr":0.005,"evaluation_metric":1}]}}""");

        // When
        V2Exporter.Export(ModelFolder.Open(_folder[Model]), _folder["out"]);

        // Then
        using TorchFile file = TorchFile.Open(_folder[$"{Exported}/{Checkpoint}"]);
        PickleDictionary content = (PickleDictionary)file.Content!, logging = (PickleDictionary)content["logging"]!, state = (PickleDictionary)((PickleDictionary)content["optimizer_state"]!)["state"]!;
        Assert.Equal((2L, 0.55), ((long)content["current_epoch"]!, Math.Round((double)content["_best_ema"]!, 6)));
        Assert.Equal<object?>([0.5, 1.0], (List<object?>)logging["mean_fg_dice"]!);
        Assert.Equal<object?>([1.0, 3.0], (List<object?>)logging["train_losses"]!);
        Assert.Equal(0.005, Group(content)["lr"]);
        using V2StateDict checkpoint = V2StateDict.Open(_folder[$"{Exported}/{Checkpoint}"]);
        long place = checkpoint.Tensors.Select(static t => t.Key).ToList().IndexOf("decoder.transpconvs.0.weight");
        Assert.Equal(checkpoint.Tensors.Count, state.Count);
        Assert.Equal([1f, 2, 3], ((TensorView)((PickleDictionary)state[place]!)["momentum_buffer"]!).ReadFloat32()[..3]);
        Assert.All(((TensorView)((PickleDictionary)state[place + 1]!)["momentum_buffer"]!).ReadFloat32(), static v => Assert.Equal(0, v));
    }

    [SkippableTheory]
    [InlineData("FabiansUNet", "{}", "its network is FabiansUNet, which version 2 does not have")]
    [InlineData("MyNet", "{}", "its network is MyNet, which version 2 does not have")]
    [InlineData("Generic_UNet", """{"norm": {"name": "GroupNorm"}}""", "its network is normalised by GroupNorm")]
    [InlineData("Generic_UNet", """{"nonlin": {"name": "Identity"}}""", "its network has the nonlinearity Identity")]
    public void Export_OfANetworkThatVersion2LacksIs_RefusedByName(string name, string changes, string expected)
    {
        // Given
        JsonObject arguments = (JsonObject)ProductJson.ToNode(Generic().Arguments)!;
        foreach ((string key, JsonNode? value) in (JsonObject)JsonNode.Parse(changes)!) arguments[key] = value?.DeepClone();
        WriteOurs(new NetworkDescription { Name = name, Arguments = JsonSerializer.SerializeToElement(arguments), MirrorAxes = [] }, Few());

        // Then
        DescribedException fault = Assert.Throws<DescribedException>(() => V2Exporter.Export(ModelFolder.Open(_folder[Model]), _folder["out"]));
        Assert.Contains(expected, fault.What, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [SkippableFact]
    public void Export_IntoAFolderWithAModel_IsRefused()
    {
        // Given
        WriteOurs(Generic(), Few());
        V2Exporter.Export(ModelFolder.Open(_folder[Model]), _folder["out"]);

        // Then
        Assert.Contains("the folder is not empty", Assert.Throws<DescribedException>(() => V2Exporter.Export(ModelFolder.Open(_folder[Model]), _folder["out"])).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Embed_PutsAKernelIntoTheMiddle()
    {
        // When a kernel of 1x3 lies in one of 3x3, for two inputs
        float[] embedded = V2ExportNetwork.Embed([1, 2, 3, 4, 5, 6], [1, 2, 1, 3], [1, 2, 3, 3]);

        // Then
        Assert.Equal([0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 4, 5, 6, 0, 0, 0], embedded);
    }

    public void Dispose() => _folder.Dispose();

    private static Plan TestPlan() => ProductJson.Read<Plan>(TestData.Golden("hippocampus/nnUNetPlansv2.1_plans_3D.json")) with { LabelNames = new() { [1] = "Anterior", [2] = "Posterior" } };

    private static NetworkDescription GoldenNetwork()
    {
        JsonNode architecture = Json(TestData.Golden($"{Golden}/plans.json"))["configurations"]!["3d_fullres"]!["architecture"]!;
        return V2Network.Describe("plans", (string)architecture["network_class_name"]!, (JsonObject)architecture["arch_kwargs"]!, 1, 3, [0, 1, 2]);
    }

    /// <summary>Version 1's network of two stages, the first with kernels of one plane.</summary>
    private static NetworkDescription Generic() => new()
    {
        Name = "Generic_UNet",
        Arguments = JsonSerializer.SerializeToElement(new
        {
            input_channels = 1,
            num_classes = 3,
            base_num_features = 4,
            max_num_features = 6,
            num_conv_per_stage = 2,
            pool_op_kernel_sizes = (int[][])[[1, 2, 2]],
            conv_kernel_sizes = (int[][])[[1, 3, 3], [3, 3, 3]],
        }),
        MirrorAxes = [0, 1, 2],
    };

    private static (string Name, long[] Shape)[] Few() =>
    [
        .. Block("conv_blocks_localization.0.0.blocks.0", 8, 4, 3), .. Block("conv_blocks_localization.0.1.blocks.0", 4, 4, 3),
        .. Block("conv_blocks_context.0.blocks.0", 1, 4, 1), .. Block("conv_blocks_context.0.blocks.1", 4, 4, 1),
        .. Block("conv_blocks_context.1.0.blocks.0", 4, 6, 3), .. Block("conv_blocks_context.1.1.blocks.0", 6, 6, 3),
        ("tu.0.weight", [6, 4, 1, 2, 2]), ("seg_outputs.0.weight", [3, 4, 1, 1, 1]),
    ];

    private static (string Name, long[] Shape)[] Block(string name, long inputs, long outputs, long planes) =>
        [(name + ".conv.weight", [outputs, inputs, planes, 3, 3]), (name + ".conv.bias", [outputs]), (name + ".instnorm.weight", [outputs]), (name + ".instnorm.bias", [outputs])];

    private SafetensorsItem[] GoldenWeights()
    {
        using V2StateDict checkpoint = V2StateDict.Open(TestData.Golden($"{Golden}/{Checkpoint}"));
        return [.. checkpoint.Tensors.Select(static t => SafetensorsItem.From<float>(t.Key, t.Value.ReadFloat32(), t.Value.Shape.ToArray()))];
    }

    private void WriteOurs(NetworkDescription network, (string Name, long[] Shape)[] weights, string? record = null) =>
        WriteOurs(network, [.. weights.Select(static t => SafetensorsItem.From<float>(t.Name, Enumerable.Range(1, (int)t.Shape.Aggregate(1L, static (a, b) => a * b)).Select(static i => (float)i).ToArray(), t.Shape))], record);

    private void WriteOurs(NetworkDescription network, SafetensorsItem[] weights, string? record = null)
    {
        ProductJson.Write(_folder[$"{Model}/plans.json"], TestPlan() with { Network = network });
        SafetensorsFile.Write(
            _folder[$"{Model}/fold_0/model_final_checkpoint.safetensors"], weights, record is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["record"] = record });
    }

    private static PickleDictionary Group(PickleDictionary content) => (PickleDictionary)((List<object?>)((PickleDictionary)content["optimizer_state"]!)["param_groups"]!)[0]!;

    /// <summary>Which keys share their numbers: for each the first key with the same ones.</summary>
    private static string[] Sharing(PickleDictionary state)
    {
        Dictionary<string, string> first = [];
        return [.. state.Select(entry => first.TryAdd(((TensorView)entry.Value!).StorageKey, (string)entry.Key!) ? (string)entry.Key! : first[((TensorView)entry.Value!).StorageKey])];
    }

    private static JsonObject Json(string path) => (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;

    private static byte[] Content(string path)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        using Stream stream = zip.Entries.Single(static e => e.Name == "data.pkl").Open();
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
