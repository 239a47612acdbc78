using System.Text.Json.Nodes;
using NnUNet.Core.Models;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;
using NnUNet.Foundation;
using NnUNet.Interop.V2;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests.V2;

public sealed class V2StateDictTests
{
    private const string Results = "model_v2/results/Dataset004_Hippocampus/nnUNetTrainer__";

    public static TheoryData<string, string> Goldens { get; } = new()
    {
        { "plain_2d", "nnUNetPlans__2d" },
        { "plain_3d", "nnUNetPlans__3d_fullres" },
        { "resencm_3d", "nnUNetResEncUNetMPlans__3d_fullres" },
    };

    [SkippableTheory]
    [MemberData(nameof(Goldens))]
    public void AnOriginalCheckpoint_HoldsEachParameterOnce_AndWhatInferenceNeeds(string name, string folder)
    {
        // Given what the original saw in its checkpoint
        JsonObject facts = (JsonObject)JsonNode.Parse(File.ReadAllText(TestData.Golden($"model_v2/network/{name}/checkpoint_facts.json")))!;
        JsonObject[] keys = [.. facts["state_dict_keys_in_order"]!.AsArray().Select(static k => (JsonObject)k!)];

        // When it is opened
        using V2StateDict checkpoint = V2StateDict.Open(TestData.Golden($"{Results}{folder}/fold_0/checkpoint_final.pth"));
        using StoredWeights weights = checkpoint.Weights();

        // Then the parameters are those that are no aliases, in the order and with the sums of the file
        JsonObject[] own = [.. keys.Where(static k => k["alias_of"] is null)];
        Assert.Equal((int)facts["n_unique"]!, checkpoint.Tensors.Count);
        Assert.Equal(own.Select(static k => (string)k["key"]!), checkpoint.Tensors.Select(static t => t.Key));
        Assert.Equal(own.Select(static k => (string)k["key"]!), weights.Weights.Select(static w => w.Name));
        Assert.All(own.Zip(weights.Weights), static pair => Assert.Equal((double)pair.First["abs_sum"]!, pair.Second.Read().Sum(static v => Math.Abs((double)v)), 1e-3));
        Assert.Equal(("nnUNetTrainer", folder.Split("__")[1], "0"), (checkpoint.Trainer, checkpoint.Configuration, checkpoint.Fold));
        Assert.Equal(Enumerable.Range(0, name == "plain_2d" ? 2 : 3), checkpoint.MirrorAxes);
    }

    [SkippableTheory]
    [MemberData(nameof(Goldens))]
    public void TheLayout_OfTheOriginalsPlans_HasTheKeysOfItsCheckpoints(string name, string folder)
    {
        // Given what the original saw in its checkpoint, and its plans
        JsonObject facts = (JsonObject)JsonNode.Parse(File.ReadAllText(TestData.Golden($"model_v2/network/{name}/checkpoint_facts.json")))!;
        JsonNode architecture = JsonNode.Parse(File.ReadAllText(TestData.Golden($"{Results}{folder}/plans.json")))!["configurations"]![folder.Split("__")[1]]!["architecture"]!;

        // When the layout is made from the plans
        V2Layout layout = V2Layout.Of(V2NetworkArguments.Of(V2Network.Describe("plans", (string)architecture["network_class_name"]!, (JsonObject)architecture["arch_kwargs"]!, 1, 3, [])));

        // Then it has every key, its alias and its shape, in the file's order
        Assert.Equal(
            facts["state_dict_keys_in_order"]!.AsArray().Select(static k => $"{k!["key"]} = {k["alias_of"] ?? k["key"]} {k["shape"]!.ToJsonString()}"),
            layout.Keys.Select(k => $"{k.Key} = {k.Value} {new JsonArray([.. layout.Parameters.Single(p => p.Key == k.Value).Value.Select(static n => (JsonNode)n)]).ToJsonString()}"));
        Assert.Equal(facts["optimizer_parameter_order"]!.AsArray().Select(static k => (string)k!), layout.Parameters.Select(static p => p.Key));
        Assert.Equal(layout.Keys.Select(static k => k.Value), layout.Keys.Select(static k => V2Layout.ParameterOf(k.Key)));
    }

    [Theory]
    [InlineData("module.", "")]
    [InlineData("_orig_mod.", "")]
    [InlineData("module._orig_mod.", "")]
    [InlineData("_orig_mod.module.module.", "")]
    public void WrappersPrefixes_AreStripped_HoweverManyThereAre(string prefix, string end)
    {
        // Given a checkpoint of a wrapped network
        using TemporaryFolder folder = new();
        Save(folder["checkpoint_final.pth"], [(prefix + "encoder.stages.0.0.convs.0.conv.weight" + end, [1, 1, 3, 3])]);

        // When it is opened
        using V2StateDict checkpoint = V2StateDict.Open(folder["checkpoint_final.pth"]);

        // Then the name is the network's
        Assert.Equal("encoder.stages.0.0.convs.0.conv.weight", Assert.Single(checkpoint.Tensors).Key);
    }

    [Fact]
    public void Aliases_CountOnce_UnderTheParametersName_AlsoWhereOnlyTheyAreThere()
    {
        // Given a checkpoint with aliases, one of them without the key that it repeats
        using TemporaryFolder folder = new();
        Save(
            folder["checkpoint_final.pth"],
            [
                ("encoder.stages.0.0.convs.0.conv.weight", [1, 1, 3, 3]),
                ("encoder.stages.0.0.convs.0.all_modules.0.weight", [1, 1, 3, 3]),
                ("decoder.encoder.stages.0.0.convs.0.conv.weight", [1, 1, 3, 3]),
                ("decoder.encoder.stages.0.0.convs.0.all_modules.0.weight", [1, 1, 3, 3]),
                ("decoder.encoder.stages.0.0.convs.0.all_modules.2.bias", [1]),
            ]);

        // When it is opened
        using V2StateDict checkpoint = V2StateDict.Open(folder["checkpoint_final.pth"]);

        // Then each parameter is there once
        Assert.Equal(["encoder.stages.0.0.convs.0.conv.weight", "encoder.stages.0.0.convs.0.norm.bias"], checkpoint.Tensors.Select(static t => t.Key));
    }

    [Fact]
    public void AnAliasOfAnotherShape_IsRefusedByName()
    {
        // Given
        using TemporaryFolder folder = new();
        Save(folder["c.pth"], [("encoder.stages.0.0.convs.0.conv.weight", [1, 1, 3, 3]), ("decoder.encoder.stages.0.0.convs.0.conv.weight", [2, 1, 3, 3])]);

        // Then
        DescribedException fault = Assert.Throws<TorchFileException>(() => V2StateDict.Open(folder["c.pth"]));
        Assert.Contains("decoder.encoder.stages.0.0.convs.0.conv.weight [2, 1, 3, 3]", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoKeysForOneName_AreRefusedByName()
    {
        // Given
        using TemporaryFolder folder = new();
        Save(folder["c.pth"], [("module.a.weight", [1]), ("a.weight", [1])]);

        // Then
        Assert.Contains("hold a.weight twice", Assert.Throws<TorchFileException>(() => V2StateDict.Open(folder["c.pth"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LogitsOfCoarserStages_MayBeMissingOrTooMany()
    {
        // Given a checkpoint of three stages without the coarsest logits, and with some of a stage that is not there
        using TemporaryFolder folder = new();
        Save(
            folder["c.pth"],
            [
                ("decoder.transpconvs.0.weight", [8, 4, 2, 2]), ("decoder.transpconvs.1.weight", [4, 2, 2, 2]),
                ("decoder.seg_layers.1.weight", [3, 2, 1, 1]), ("decoder.seg_layers.1.bias", [3]), ("decoder.seg_layers.2.weight", [3, 9, 1, 1]),
            ]);

        // When its weights are opened
        using StoredWeights weights = V2StateDict.OpenWeights(folder["c.pth"]);

        // Then those that lack are zeros, and those of no stage are left aside
        StoredWeight[] outputs = [.. weights.Weights.Where(static w => w.Name.Contains("seg_layers", StringComparison.Ordinal))];
        Assert.Equal(["decoder.seg_layers.1.weight", "decoder.seg_layers.1.bias", "decoder.seg_layers.0.weight", "decoder.seg_layers.0.bias"], outputs.Select(static w => w.Name));
        Assert.Equal<long>([3, 4, 1, 1], outputs[2].Shape);
        Assert.Equal(new float[12], outputs[2].Read());
    }

    [Fact]
    public void Mirroring_IsAlongNoAxis_WhereTheCheckpointNotesNone()
    {
        // Given a checkpoint without the key
        using TemporaryFolder folder = new();
        Save(folder["c.pth"], [("a.weight", [1])]);

        // When
        using V2StateDict checkpoint = V2StateDict.Open(folder["c.pth"]);

        // Then
        Assert.Empty(checkpoint.MirrorAxes);
        Assert.Equal("", checkpoint.Trainer);
        Assert.Null(checkpoint.Configuration);
    }

    [Fact]
    public void WhatTheOriginalNotesBesideTheWeights_IsReadByTheSafeReader()
    {
        // Given a checkpoint with numpy's numbers and a device, as the original's logging and init_args hold them
        using TemporaryFolder folder = new();
        TorchZipWriter writer = new();
        PickleDictionary content = new()
        {
            ["network_weights"] = new PickleDictionary { IsOrdered = true, ["a.weight"] = writer.Tensor(new TensorToWrite("a.weight", [1], static () => [2])) },
            ["_best_ema"] = NumpyScalar.From(0.5),
            ["logging"] = new PickleDictionary { ["train_losses"] = new List<object?> { NumpyScalar.From(0.25f), NumpyScalar.From(-0.5f) } },
            ["init_args"] = new PickleDictionary { ["configuration"] = "3d_fullres", ["fold"] = "all", ["device"] = new PickledCall(new PickledName("torch", "device"), PickleTuple.Create(["cuda"])) },
            ["trainer_name"] = "nnUNetTrainerBN",
            ["inference_allowed_mirroring_axes"] = PickleTuple.Create([0L, 2L]),
        };
        writer.Write(folder["c.pth"], content, default);

        // When
        using V2StateDict checkpoint = V2StateDict.Open(folder["c.pth"]);

        // Then
        Assert.Equal(("nnUNetTrainerBN", "3d_fullres", "all"), (checkpoint.Trainer, checkpoint.Configuration, checkpoint.Fold));
        Assert.Equal<int>([0, 2], checkpoint.MirrorAxes);
        Assert.Equal(0.5, checkpoint.Content["_best_ema"]);
    }

    [Fact]
    public void AFileWithoutWeights_IsRefusedWithWhatToDo()
    {
        // Given
        using TemporaryFolder folder = new();
        new TorchZipWriter().Write(folder["c.pth"], new PickleDictionary { ["state_dict"] = new PickleDictionary() }, default);

        // Then
        Assert.Contains("it has no \"network_weights\"; name a checkpoint of nnU-Net v2", Assert.Throws<TorchFileException>(() => V2StateDict.Open(folder["c.pth"])).Message, StringComparison.Ordinal);
    }

    private static void Save(string path, (string Name, long[] Shape)[] tensors)
    {
        TorchZipWriter writer = new();
        PickleDictionary state = new() { IsOrdered = true };
        foreach ((string name, long[] shape) in tensors)
        {
            long count = shape.Aggregate(1L, static (product, n) => product * n);
            state[name] = writer.Tensor(new TensorToWrite(name, shape.ToValueArray(), () => new float[count]));
        }

        writer.Write(path, new PickleDictionary { ["network_weights"] = state }, default);
    }
}
