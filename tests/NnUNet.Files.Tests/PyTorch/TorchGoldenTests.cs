using System.Text.Json.Nodes;
using NnUNet.Files.Numpy;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;
using NnUNet.Testing;

namespace NnUNet.Files.Tests.PyTorch;

/// <summary>Checkpoints that the originals wrote.</summary>
public sealed class TorchGoldenTests
{
    private const double SumOfFloats = 1e-5; // the recorded sums were made in another order

    [SkippableFact]
    public void Open_AV1Checkpoint_HasTheRecordedWeights()
    {
        // Given
        using TemporaryFolder folder = new();
        string path = GoldenCheckpoints.UnpackV1(folder);
        IReadOnlyDictionary<string, NpyArray> weights = NpzFile.Read(TestData.Golden("network/weights.npz"));

        // When
        using TorchFile file = TorchFile.Open(path);

        // Then
        PickleDictionary content = Assert.IsType<PickleDictionary>(file.Content);
        Assert.Equal(["epoch", "state_dict", "optimizer_state_dict", "lr_scheduler_state_dict", "plot_stuff", "best_stuff"], content.Keys);
        Assert.Equal(6L, content["epoch"]);
        PickleDictionary state = Assert.IsType<PickleDictionary>(content["state_dict"]);
        Assert.Equal(weights.Keys, state.Keys);
        Assert.All(state, entry =>
        {
            TensorView view = Assert.IsType<TensorView>(entry.Value);
            NpyArray expected = weights[(string)entry.Key!];
            Assert.Equal("torch.float32", view.DType.ToString());
            Assert.Equal(expected.Shape, view.Shape);
            Assert.Equal(expected.ToArray<float>(), view.ReadFloat32());
        });
        Assert.Equal(5602944, state.Values.Cast<TensorView>().Sum(static v => v.Count));
        Assert.True(state.Attributes!.ContainsKey("_metadata"));
    }

    [SkippableFact]
    public void Open_AV1Checkpoint_HasTheRecordedCurves()
    {
        // Given
        using TemporaryFolder folder = new();

        // When
        using TorchFile file = TorchFile.Open(GoldenCheckpoints.UnpackV1(folder));

        // Then
        PickleDictionary content = Assert.IsType<PickleDictionary>(file.Content);
        Assert.Equal([6, 6, 0, 6], Assert.IsType<PickleTuple>(content["plot_stuff"]).Select(static curve => Assert.IsType<List<object?>>(curve).Count));
        Assert.Equal([5.0, -0.07465827258218165, 0.45229320386953753], Assert.IsType<PickleTuple>(content["best_stuff"]).Select(static v => Convert.ToDouble(v, null)));
    }

    [SkippableTheory]
    [InlineData("plain_3d", "nnUNetTrainer__nnUNetPlans__3d_fullres")]
    [InlineData("plain_2d", "nnUNetTrainer__nnUNetPlans__2d")]
    [InlineData("resencm_3d", "nnUNetTrainer__nnUNetResEncUNetMPlans__3d_fullres")]
    public void Open_AV2Checkpoint_HasTheRecordedNamesShapesSumsAndAliases(string network, string model)
    {
        // Given
        JsonNode facts = JsonNode.Parse(File.ReadAllText(TestData.Golden($"model_v2/network/{network}/checkpoint_facts.json")))!;
        JsonArray expected = facts["state_dict_keys_in_order"]!.AsArray();

        // When
        using TorchFile file = TorchFile.Open(GoldenCheckpoints.V2(model));

        // Then
        PickleDictionary content = Assert.IsType<PickleDictionary>(file.Content);
        PickleDictionary state = Assert.IsType<PickleDictionary>(content["network_weights"]);
        Assert.Equal(expected.Select(static e => (string?)e!["key"]), state.Keys);
        Assert.All(expected, e =>
        {
            TensorView view = Assert.IsType<TensorView>(state[(string)e!["key"]!]);
            float[] values = view.ReadFloat32();
            double scale = Math.Max(1, (double)e["abs_sum"]!);
            Assert.Equal((string?)e["dtype"], view.DType.ToString());
            Assert.Equal(e["shape"]!.AsArray().Select(static n => (long)n!), view.Shape);
            Assert.InRange(values.Sum(static v => (double)v) - (double)e["sum"]!, -SumOfFloats * scale, SumOfFloats * scale);
            Assert.InRange(values.Sum(static v => (double)Math.Abs(v)) - (double)e["abs_sum"]!, -SumOfFloats * scale, SumOfFloats * scale);
            Assert.True(view.IsSameAs(Assert.IsType<TensorView>(state[(string?)e["alias_of"] ?? (string)e["key"]!])));
        });
        Assert.Equal((int)facts["n_unique"]!, state.Values.Cast<TensorView>().Select(static v => v.StorageKey).Distinct().Count());
    }

    [SkippableTheory]
    [InlineData("plain_3d", "nnUNetTrainer__nnUNetPlans__3d_fullres")]
    [InlineData("plain_2d", "nnUNetTrainer__nnUNetPlans__2d")]
    [InlineData("resencm_3d", "nnUNetTrainer__nnUNetResEncUNetMPlans__3d_fullres")]
    public void Open_AV2Checkpoint_HasEverythingBesideTheWeights(string network, string model)
    {
        // Given
        JsonNode facts = JsonNode.Parse(File.ReadAllText(TestData.Golden($"model_v2/network/{network}/checkpoint_facts.json")))!;

        // When
        using TorchFile file = TorchFile.Open(GoldenCheckpoints.V2(model));

        // Then
        PickleDictionary content = Assert.IsType<PickleDictionary>(file.Content);
        Assert.Equal(
            facts["top_level"]!.AsObject().Select(static p => p.Key).Append("network_weights").Append("init_args").Order(StringComparer.Ordinal),
            content.Keys.Cast<string>().Order(StringComparer.Ordinal));
        PickleDictionary arguments = Assert.IsType<PickleDictionary>(content["init_args"]);
        Assert.Equal(facts["init_args"]!.AsObject().Select(static p => p.Key), arguments.Keys);
        Assert.Contains($"'{arguments["device"]}'", (string)facts["init_args"]!["device"]!, StringComparison.Ordinal);
        Assert.Contains($"'{content["trainer_name"]}'", (string)facts["top_level"]!["trainer_name"]!, StringComparison.Ordinal);
        Assert.EndsWith($" {content["_best_ema"]}", (string)facts["top_level"]!["_best_ema"]!, StringComparison.Ordinal);
        PickleDictionary optimizer = Assert.IsType<PickleDictionary>(content["optimizer_state"]);
        PickleDictionary moments = Assert.IsType<PickleDictionary>(optimizer["state"]);
        Assert.All(facts["top_level"]!["optimizer_state"]!["state"]!.AsObject().Where(static p => p.Value is JsonObject), p =>
        {
            TensorView moment = Assert.IsType<TensorView>(Assert.IsType<PickleDictionary>(moments[long.Parse(p.Key, null)])["momentum_buffer"]);
            Assert.Equal((string?)p.Value!["momentum_buffer"], $"Tensor{moment.Shape} {moment.DType}");
        });
    }
}
