using System.Text.Json.Nodes;
using NnUNet.Files.PyTorch;
using NnUNet.Foundation;

namespace NnUNet.Interop.V1;

/// <summary>The kind of the original's networks, and its arguments, as the names and shapes of its weights tell them.</summary>
/// <remarks>Source of the names: nnunet/network_architecture/generic_UNet.py, generic_modular_residual_UNet.py.</remarks>
internal sealed class V1Network(string where, IReadOnlyDictionary<string, ValueArray<long>> shapes)
{
    private const string FirstBlock = "conv_blocks_context.0.blocks.0";
    private const string ResidualStart = "encoder.initial_conv.weight";
    private const int MaxFeatures3D = 320;
    private const int MaxFeatures2D = 480;

    /// <summary>The network's name in the catalogue; null where it is none of the original's.</summary>
    public string? Name =>
        shapes.ContainsKey(FirstBlock + ".conv.weight") ? "Generic_UNet"
        : shapes.ContainsKey(ResidualStart) && shapes.ContainsKey("decoder.stages.0.convs.0.conv.weight") ? "FabiansUNet"
        : null;

    /// <summary>The arguments under the original's names.</summary>
    /// <param name="trainer">What the weights do not tell.</param>
    /// <exception cref="TorchFileException">The names or shapes are not those of a U-Net with strided convolutions.</exception>
    public JsonObject Arguments(V1Trainer trainer) => Name == "FabiansUNet" ? ResidualEncoder(trainer) : GenericUNet(trainer);

    private JsonObject GenericUNet(V1Trainer trainer)
    {
        ValueArray<long> first = Shape(FirstBlock + ".conv.weight");
        int pools = Count(static i => $"tu.{i}.weight");
        if (pools == 0 || first.Count is not (4 or 5) || !shapes.ContainsKey($"conv_blocks_context.{pools}.0.blocks.0.conv.weight"))
        {
            throw new TorchFileException(where, "its U-Net pools or upsamples without weights", "only networks with strided and transposed convolutions are built, as nnU-Net's releases have them");
        }

        int axes = first.Count - 2;
        long[] features = [.. Enumerable.Range(0, pools + 1).Select(stage => Shape(StageWeight(stage, pools))[0])];
        JsonObject arguments = new()
        {
            ["input_channels"] = first[1],
            ["num_classes"] = Shape("seg_outputs.0.weight")[0],
            ["base_num_features"] = features[0],
            ["max_num_features"] = MaxFeatures(features, axes),
            ["num_conv_per_stage"] = Count(static i => $"conv_blocks_context.0.blocks.{i}.conv.weight"),
            ["pool_op_kernel_sizes"] = Kernels(Enumerable.Range(0, pools).Select(level => $"tu.{pools - 1 - level}.weight")),
            ["conv_kernel_sizes"] = Kernels(Enumerable.Range(0, pools + 1).Select(stage => StageWeight(stage, pools))),
        };
        if (shapes.ContainsKey("seg_outputs.0.bias")) arguments["seg_output_use_bias"] = true;
        if (trainer.NonlinearityFirst) arguments["nonlin_first"] = true;
        AddLayers(arguments, FirstBlock + ".instnorm", trainer);
        return arguments;
    }

    /// <summary>A residual encoder with a plain decoder.</summary>
    private JsonObject ResidualEncoder(V1Trainer trainer)
    {
        int stages = Count(static i => $"encoder.stages.{i}.convs.0.conv1.weight");
        ValueArray<long> first = Shape(ResidualStart);
        long[] features = [.. Enumerable.Range(0, stages).Select(s => Shape($"encoder.stages.{s}.convs.0.conv1.weight")[0])];
        int axes = first.Count - 2;
        JsonArray strides = Kernels(Enumerable.Range(0, stages - 1).Select(s => $"decoder.tus.{stages - 2 - s}.weight"));
        strides.Insert(0, new JsonArray([.. Enumerable.Repeat(1, axes).Select(static n => (JsonNode)n)]));
        JsonObject arguments = new()
        {
            ["input_channels"] = first[1],
            ["num_classes"] = Shape("decoder.segmentation_output.weight")[0],
            ["base_num_features"] = first[0],
            ["max_num_features"] = MaxFeatures(features, 3), // 320 in 2D too
            ["num_blocks_encoder"] = Counts(stages, static (s, i) => $"encoder.stages.{s}.convs.{i}.conv1.weight"),
            ["num_blocks_decoder"] = Counts(stages - 1, static (s, i) => $"decoder.stages.{s}.convs.{i}.conv.weight"),
            ["pool_op_kernel_sizes"] = strides,
            ["conv_kernel_sizes"] = Kernels(Enumerable.Range(0, stages).Select(static s => $"encoder.stages.{s}.convs.0.conv1.weight")),
        };
        AddLayers(arguments, "encoder.initial_norm", trainer);
        return arguments;
    }

    private void AddLayers(JsonObject arguments, string norm, V1Trainer trainer)
    {
        if (Norm(norm, trainer) is { } other) arguments["norm"] = other;
        if (Nonlinearity(norm, trainer) is { } nonlinearity) arguments["nonlin"] = nonlinearity;
    }

    /// <summary>Null for the standard, instance norm.</summary>
    private JsonObject? Norm(string layer, V1Trainer trainer)
    {
        if (!shapes.ContainsKey(layer + ".weight")) return new JsonObject { ["name"] = "Identity" };
        if (shapes.ContainsKey(layer + ".running_mean")) return new JsonObject { ["name"] = "BatchNorm" };
        if (shapes.ContainsKey(layer + ".tau")) return new JsonObject { ["name"] = "FRN", ["eps"] = 1e-6 };
        return trainer.Norm == "GroupNorm" ? new JsonObject { ["name"] = "GroupNorm", ["num_groups"] = 8 } : null;
    }

    /// <summary>Null for the standard, LeakyReLU with slope 0.01.</summary>
    private JsonObject? Nonlinearity(string norm, V1Trainer trainer)
    {
        // The threshold of this norm is a nonlinearity of its own.
        if (shapes.ContainsKey(norm + ".tau")) return new JsonObject { ["name"] = "Identity" };
        if (trainer.Nonlinearity != "LeakyReLU") return new JsonObject { ["name"] = trainer.Nonlinearity };
        return trainer.NegativeSlope == 1e-2 ? null : new JsonObject { ["name"] = "LeakyReLU", ["negative_slope"] = trainer.NegativeSlope };
    }

    /// <summary>The number at which doubling stopped; where it did not, what the original sets.</summary>
    private static long MaxFeatures(long[] features, int axes)
    {
        bool doubled = true;
        for (int stage = 1; stage < features.Length; stage++) doubled &= features[stage] == 2 * features[stage - 1];
        return doubled ? Math.Max(features[^1], axes == 3 ? MaxFeatures3D : MaxFeatures2D) : features.Max();
    }

    private static string StageWeight(int stage, int pools) =>
        stage < pools ? $"conv_blocks_context.{stage}.blocks.0.conv.weight" : $"conv_blocks_context.{pools}.0.blocks.0.conv.weight";

    private JsonArray Kernels(IEnumerable<string> weights) =>
        new([.. weights.Select(w => (JsonNode)new JsonArray([.. Shape(w).Skip(2).Select(static n => (JsonNode)n)]))]);

    private JsonArray Counts(int stages, Func<int, int, string> name) =>
        new([.. Enumerable.Range(0, stages).Select(stage => (JsonNode)Count(i => name(stage, i)))]);

    private int Count(Func<int, string> name)
    {
        int count = 0;
        while (shapes.ContainsKey(name(count))) count++;
        return count;
    }

    private ValueArray<long> Shape(string name) => shapes.TryGetValue(name, out ValueArray<long> shape) && shape.Count >= 3
        ? shape
        : throw new TorchFileException(where, $"the weight {name} of a U-Net is missing or is no convolution", "the model's network is none of nnU-Net's; it needs a plug-in and --network");
}
