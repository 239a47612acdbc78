using System.Globalization;
using System.Text.Json.Nodes;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2;

/// <summary>What names and shapes of weights tell of a network of version 2.</summary>
/// <param name="shapes">The parameters and buffers, each once.</param>
internal sealed class V2Shapes(IReadOnlyDictionary<string, ValueArray<long>> shapes)
{
    private const string Stem = "encoder.stem.convs.0", Decoder = "decoder.stages.";

    private static readonly string[] Numbers = [.. Enumerable.Range(0, 1024).Select(static i => i.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The network's name; null where it is none of version 2's U-Nets.</summary>
    public string? Name =>
        !Has(V2Layout.Magnifier(0)) || !Has(V2Layout.Output(0, "weight"), V2Layout.Output(Stages - 2, "weight")) ? null
        : Has(Stem + ".conv.weight") && StageOf(0) is not null ? Has($"{Decoder}0.blocks.0.conv1.conv.weight") ? V2NetworkArguments.Residual : V2NetworkArguments.ResidualEncoder
        : StageOf(0) is not null && Has($"{Decoder}0.convs.0.conv.weight") ? V2NetworkArguments.Plain
        : null;

    /// <summary>Channels of the image; null where the first layer is not found.</summary>
    public int? InputChannels => FirstLayer is { } layer && shapes.TryGetValue(layer + ".conv.weight", out ValueArray<long> shape) && shape.Count > 1 ? (int)shape[1] : null;

    /// <summary>Outputs; null where the layer that makes them is not found.</summary>
    public int? Classes => shapes.TryGetValue(V2Layout.Output(Stages - 2, "weight"), out ValueArray<long> shape) && shape.Count > 1 ? (int)shape[0] : null;

    private int Stages => 1 + Count(static i => V2Layout.Magnifier(i));

    private string? FirstLayer => Has(Stem + ".conv.weight") ? Stem : StageOf(0) is { } stage ? stage + ".convs.0" : null;

    /// <summary>The arguments under the original's names; what weights do not tell (nonlinearity, dropout, the kind of pooling) is taken from the plans where these say it.</summary>
    /// <param name="told">The plans' arguments; null for none.</param>
    /// <returns>The arguments; null where <see cref="Name"/> is.</returns>
    public JsonObject? Arguments(JsonObject? told)
    {
        if (Name is not { } name || FirstLayer is not { } first || shapes[first + ".conv.weight"].Count is not (4 or 5)) return null;
        bool residual = name != V2NetworkArguments.Plain;
        int axes = shapes[first + ".conv.weight"].Count - 2, stages = Stages;
        string?[] places = [.. Enumerable.Range(0, stages).Select(StageOf)];
        if (places.Any(static p => p is null)) return null;

        bool bottleneck = residual && Has($"{places[0]}.blocks.0.conv3.conv.weight");
        string last = !residual ? ".convs.0" : bottleneck ? ".blocks.0.conv3" : ".blocks.0.conv1", wide = !residual ? ".convs.0" : bottleneck ? ".blocks.0.conv2" : ".blocks.0.conv1";
        if (places.Any(p => !Has(p + last + ".conv.weight") || !Has(p + wide + ".conv.weight"))) return null;

        JsonObject arguments = new()
        {
            [V2NetworkArguments.InputChannelsKey] = InputChannels,
            [V2NetworkArguments.ClassesKey] = Classes,
            ["n_stages"] = stages,
            ["features_per_stage"] = new JsonArray([.. places.Select(p => (JsonNode)shapes[p + last + ".conv.weight"][0])]),
            ["conv_op"] = $"torch.nn.modules.conv.Conv{axes}d",
            ["kernel_sizes"] = new JsonArray([.. places.Select(p => Sizes(p + wide + ".conv.weight"))]),
            ["strides"] = new JsonArray([new JsonArray([.. Enumerable.Repeat(1, axes).Select(static n => (JsonNode)n)]), .. Enumerable.Range(0, stages - 1).Select(s => Sizes(V2Layout.Magnifier(stages - 2 - s)))]),
            [residual ? "n_blocks_per_stage" : "n_conv_per_stage"] = new JsonArray([.. places.Select(p => (JsonNode)Count(i => residual ? $"{p}.blocks.{i}.conv1.conv.weight" : $"{p}.convs.{i}.conv.weight"))]),
            ["n_conv_per_stage_decoder"] = new JsonArray([.. Enumerable.Range(0, stages - 1).Select(s => (JsonNode)Count(i => name == V2NetworkArguments.Residual ? $"{Decoder}{s}.blocks.{i}.conv1.conv.weight" : $"{Decoder}{s}.convs.{i}.conv.weight"))]),
            ["conv_bias"] = Has(first + ".conv.bias"),
        };
        AddNorm(arguments, first + ".norm", axes, told);
        foreach (string key in (string[])["nonlin", "nonlin_kwargs", "nonlin_first", "dropout_op", "dropout_op_kwargs"]) arguments[key] = told?[key]?.DeepClone();
        if (told is null || !told.ContainsKey("nonlin")) arguments["nonlin"] = "torch.nn.LeakyReLU";
        if (arguments["nonlin_first"] is null || residual) arguments.Remove("nonlin_first");
        if (residual) AddBlocks(arguments, places!, bottleneck);
        if (Pooled(places!, residual)) arguments["pool"] = (told?["pool_type"] ?? told?["pool"])?.DeepClone() ?? "unknown";
        return arguments;
    }

    private void AddNorm(JsonObject arguments, string layer, int axes, JsonObject? told)
    {
        JsonObject? keywords = told?["norm_op_kwargs"] as JsonObject;
        bool weights = Has(layer + ".weight");

        // An instance norm without scale and shift leaves no trace in the weights: it is there where the plans say so.
        bool silent = !weights && Text(told?["norm_op"]).Contains(V2NetworkArguments.InstanceNorm, StringComparison.Ordinal) && Text(keywords?["affine"]) != "true";
        string? norm = Has(layer + ".running_mean") ? $"torch.nn.modules.batchnorm.BatchNorm{axes}d" : weights || silent ? $"torch.nn.modules.instancenorm.InstanceNorm{axes}d" : null;
        arguments["norm_op"] = norm;
        arguments["norm_op_kwargs"] = norm is null ? null : new JsonObject { ["eps"] = keywords?["eps"]?.DeepClone() ?? 1e-5, ["affine"] = weights };
    }

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "";

    private void AddBlocks(JsonObject arguments, string[] places, bool bottleneck)
    {
        if (bottleneck)
        {
            arguments["block"] = "BottleneckD";
            arguments["bottleneck_channels"] = new JsonArray([.. places.Select(p => (JsonNode)shapes[p + ".blocks.0.conv1.conv.weight"][0])]);
        }

        arguments["stem_channels"] = shapes[Stem + ".conv.weight"][0];
        string squeezed = places[0] + ".blocks.0.squeeze_excitation.fc1.weight";
        if (!shapes.TryGetValue(places[^1] + ".blocks.0.squeeze_excitation.fc1.weight", out ValueArray<long> shape) || !Has(squeezed) || shape.Count < 2 || shape[1] == 0) return;

        // The numbers are multiples of 8, so that the share of the widest stage gives its number again.
        arguments["squeeze_excitation"] = true;
        arguments["squeeze_excitation_reduction_ratio"] = (double)shape[0] / shape[1];
    }

    private static bool Pooled(string[] places, bool residual) => residual
        ? places[0].EndsWith(".1", StringComparison.Ordinal) && places[0].Count(static c => c == '.') == 3
        : places.Any(static p => p.EndsWith(".1", StringComparison.Ordinal));

    /// <summary>Where the blocks of a stage of the encoder are: in a sequence behind a pooling, or alone; null where there is no such stage.</summary>
    private string? StageOf(int stage)
    {
        string name = $"encoder.stages.{Numbers[stage]}";
        return Has(name + ".0.convs.0.conv.weight") ? name + ".0"
            : Has(name + ".1.convs.0.conv.weight") ? name + ".1"
            : Has(name + ".blocks.0.conv1.conv.weight") ? name
            : Has(name + ".1.blocks.0.conv1.conv.weight") ? name + ".1"
            : null;
    }

    private JsonArray Sizes(string weight) => new([.. shapes[weight].Skip(2).Select(static n => (JsonNode)n)]);

    private int Count(Func<int, string> name)
    {
        int count = 0;
        while (count < Numbers.Length - 1 && Has(name(count))) count++;
        return count;
    }

    private bool Has(string name) => shapes.TryGetValue(name, out ValueArray<long> _);

    private bool Has(string one, string other) => Has(one) || Has(other);
}
