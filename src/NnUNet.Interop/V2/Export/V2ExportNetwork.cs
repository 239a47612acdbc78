using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Files.PyTorch;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2.Export;

/// <summary>A network of ours as one of version 2's classes: its arguments, and where each of its parameters comes from.</summary>
internal sealed class V2ExportNetwork
{
    private const string GenericUNet = "Generic_UNet", Remedy = "export a model whose network version 2 has; nnUNetTrainerV2 trains one";

    private static readonly Dictionary<string, string> Norms = new(StringComparer.Ordinal) { ["InstanceNorm"] = "torch.nn.modules.instancenorm.InstanceNorm", ["BatchNorm"] = "torch.nn.modules.batchnorm.BatchNorm" };

    private static readonly Dictionary<string, string> Nonlinearities = new(StringComparer.Ordinal)
    {
        ["LeakyReLU"] = "torch.nn.LeakyReLU",
        ["ReLU"] = "torch.nn.ReLU",
        ["GeLU"] = "torch.nn.GELU",
        ["Mish"] = "torch.nn.Mish",
    };

    private readonly bool _translated;

    private V2ExportNetwork(string where, string name, JsonObject architecture, int inputChannels, int classes, bool translated)
    {
        _translated = translated;
        ClassName = $"dynamic_network_architectures.architectures.unet.{name}";
        Architecture = architecture;
        Layout = V2Layout.Of(V2NetworkArguments.Of(V2Network.Describe(where, name, architecture, inputChannels, classes, [])));
    }

    /// <summary>The full name of version 2's class.</summary>
    public string ClassName { get; }

    /// <summary>Its <c>arch_kwargs</c>.</summary>
    public JsonObject Architecture { get; }

    /// <summary>Its parameters and keys.</summary>
    public V2Layout Layout { get; }

    /// <summary>The network of a model.</summary>
    /// <param name="where">The model, for messages.</param>
    /// <param name="network">The network.</param>
    /// <exception cref="DescribedException">Version 2 has no such network; the message names what it lacks.</exception>
    public static V2ExportNetwork Of(string where, NetworkDescription network)
    {
        if (network.Name == GenericUNet) return OfGenericUNet(where, network);
        if (!V2NetworkArguments.Names.Contains(network.Name)) throw Lacking(where, $"its network is {network.Name}, which version 2 does not have");

        V2NetworkArguments arguments = V2NetworkArguments.Of(network);
        if (arguments.Pool != "conv") throw Lacking(where, $"its network pools ({arguments.Pool}), which the classes of version 2 can't be asked for");
        if (arguments.SqueezeExcitation) throw Lacking(where, "its network has squeeze and excitation, which the classes of version 2 can't be asked for");
        JsonObject architecture = (JsonObject)ProductJson.ToNode(network.Arguments)!;
        foreach (string key in (string[])[V2NetworkArguments.InputChannelsKey, V2NetworkArguments.ClassesKey, "pool", "pool_type", "squeeze_excitation", "squeeze_excitation_reduction_ratio", "stochastic_depth_p", "deep_supervision"])
        {
            architecture.Remove(key);
        }

        if (arguments.HasResidualEncoder) architecture.Remove("nonlin_first");
        return new V2ExportNetwork(where, network.Name, architecture, arguments.InputChannels, arguments.Classes, translated: false);
    }

    /// <summary>The parameters in version 2's shapes, each from the network's own or, where that has none, zeros.</summary>
    /// <param name="where">The checkpoint, for messages.</param>
    /// <param name="weights">The network's own parameters and buffers, or what belongs to each of them.</param>
    /// <exception cref="DescribedException">A parameter is missing or does not fit.</exception>
    public IReadOnlyDictionary<string, TensorToWrite> Tensors(string where, IReadOnlyList<StoredWeight> weights)
    {
        Dictionary<string, StoredWeight> sources = new(StringComparer.Ordinal);
        GenericUNetNames? names = _translated ? GenericUNetNames.Of([.. weights.Select(static w => w.Name)]) : null;
        foreach (StoredWeight weight in weights) sources[names?.InVersion2(weight.Name) ?? weight.Name] = weight;
        return Layout.Parameters.ToDictionary(static p => p.Key, p => Tensor(where, p.Key, p.Value, sources.GetValueOrDefault(p.Key)), StringComparer.Ordinal);
    }

    private TensorToWrite Tensor(string where, string name, ValueArray<long> shape, StoredWeight? source)
    {
        bool counter = name.EndsWith(".num_batches_tracked", StringComparison.Ordinal);
        if (source is null && _translated && IsBiasOfVersion2Alone(name)) return new TensorToWrite(name, shape, () => new float[shape[0]], counter);
        if (source is null) throw new DescribedException(where, $"the weight {name} is missing", "get the model again from where it came from");
        if (source.Shape == shape) return new TensorToWrite(name, shape, source.Read, counter);
        return CanHold(shape, source.Shape)
            ? new TensorToWrite(name, shape, () => Embed(source.Read(), source.Shape, shape))
            : throw new DescribedException(where, $"the weight {name} is {source.Shape}, but the network needs {shape}", "get the model again from where it came from");
    }

    /// <summary>Version 1's convolutions that magnify have no bias, nor have most of those that make logits.</summary>
    private static bool IsBiasOfVersion2Alone(string name) =>
        name.EndsWith(".bias", StringComparison.Ordinal) && (V2Layout.IsOutput(name) || name.StartsWith("decoder.transpconvs.", StringComparison.Ordinal));

    private static bool CanHold(ValueArray<long> outer, ValueArray<long> inner) =>
        outer.Count == inner.Count && outer.Count > 2 && outer[0] == inner[0] && outer[1] == inner[1] && outer.Zip(inner).Skip(2).All(static p => p.Second <= p.First && (p.First - p.Second) % 2 == 0);

    /// <summary>A kernel in the middle of zeros: the same convolution.</summary>
    internal static float[] Embed(float[] values, ValueArray<long> inner, ValueArray<long> outer)
    {
        // 2D kernels are 3D ones of one plane here.
        long[] small = inner.Count == 4 ? [1, inner[2], inner[3]] : [inner[2], inner[3], inner[4]], large = outer.Count == 4 ? [1, outer[2], outer[3]] : [outer[2], outer[3], outer[4]];
        long kernels = outer[0] * outer[1], room = large[0] * large[1] * large[2];
        float[] result = new float[checked(kernels * room)];
        int from = 0;
        for (long kernel = 0; kernel < kernels; kernel++)
        {
            for (long z = 0; z < small[0]; z++)
            {
                for (long y = 0; y < small[1]; y++)
                {
                    long row = ((z + ((large[0] - small[0]) / 2)) * large[1]) + y + ((large[1] - small[1]) / 2);
                    values.AsSpan(from, (int)small[2]).CopyTo(result.AsSpan((int)((kernel * room) + (row * large[2]) + ((large[2] - small[2]) / 2))));
                    from += (int)small[2];
                }
            }
        }

        return result;
    }

    private static V2ExportNetwork OfGenericUNet(string where, NetworkDescription network)
    {
        Generic generic = ProductJson.From<Generic>($"{where}: network arguments", network.Arguments);
        int stages = generic.Pools.Count + 1, axes = generic.Pools.Count > 0 ? generic.Pools[0].Count : 0;
        string? norm = generic.Norm.Name == V2NetworkArguments.NoNorm ? null : Norms.TryGetValue(generic.Norm.Name, out string? known) ? $"{known}{axes}d" : throw Lacking(where, $"its network is normalised by {generic.Norm.Name}, which version 2 can't be asked for");
        if (!Nonlinearities.TryGetValue(generic.Nonlinearity.Name, out string? nonlinearity)) throw Lacking(where, $"its network has the nonlinearity {generic.Nonlinearity.Name}, which version 2 can't be asked for");

        JsonObject keywords = generic.Nonlinearity.Name switch
        {
            "LeakyReLU" when generic.Nonlinearity.Slope != 1e-2 => new JsonObject { ["negative_slope"] = generic.Nonlinearity.Slope, ["inplace"] = true },
            "GeLU" => [],
            _ => new JsonObject { ["inplace"] = true },
        };
        JsonObject architecture = new()
        {
            ["n_stages"] = stages,
            ["features_per_stage"] = ProductJson.ToNode(Features(generic, stages)),
            ["conv_op"] = $"torch.nn.modules.conv.Conv{axes}d",
            ["kernel_sizes"] = ProductJson.ToNode(Kernels(generic)),
            ["strides"] = ProductJson.ToNode(generic.Pools.Prepend(Enumerable.Repeat(1, axes).ToValueArray()).ToArray()),
            ["n_conv_per_stage"] = ProductJson.ToNode(Enumerable.Repeat(generic.Convolutions, stages).ToArray()),
            ["n_conv_per_stage_decoder"] = ProductJson.ToNode(Enumerable.Repeat(generic.Convolutions, stages - 1).ToArray()),
            ["conv_bias"] = true,
            ["norm_op"] = norm,
            ["norm_op_kwargs"] = norm is null ? null : new JsonObject { ["eps"] = generic.Norm.Epsilon, ["affine"] = true },
            ["dropout_op"] = null,
            ["dropout_op_kwargs"] = null,
            ["nonlin"] = nonlinearity,
            ["nonlin_kwargs"] = keywords,
        };
        if (generic.NonlinearityFirst) architecture["nonlin_first"] = true;
        return new V2ExportNetwork(where, V2NetworkArguments.Plain, architecture, generic.InputChannels, generic.Classes, translated: true);
    }

    private static int[] Features(Generic generic, int stages)
    {
        int[] features = new int[stages];
        for (int s = 0; s < stages; s++) features[s] = s == 0 ? generic.BaseFeatures : Math.Min(2 * features[s - 1], generic.MaxFeatures);
        return features;
    }

    /// <summary>Version 2 has one kernel for both ways of a stage; version 1's decoder has that of the stage below. The larger one holds either.</summary>
    private static ValueArray<int>[] Kernels(Generic generic)
    {
        ValueArray<int>[] kernels = [.. generic.Kernels];
        for (int s = 0; s < kernels.Length - 1; s++) kernels[s] = generic.Kernels[s].Zip(generic.Kernels[s + 1], static (own, below) => Math.Max(own, below)).ToValueArray();
        return kernels;
    }

    private static DescribedException Lacking(string where, string what) => new(where, what, Remedy);

    /// <summary>The arguments of version 1's network under its names.</summary>
    private sealed record Generic
    {
        [JsonPropertyName("input_channels")]
        public required int InputChannels { get; init; }

        [JsonPropertyName("num_classes")]
        public required int Classes { get; init; }

        [JsonPropertyName("base_num_features")]
        public required int BaseFeatures { get; init; }

        [JsonPropertyName("max_num_features")]
        public required int MaxFeatures { get; init; }

        [JsonPropertyName("num_conv_per_stage")]
        public int Convolutions { get; init; } = 2;

        [JsonPropertyName("pool_op_kernel_sizes")]
        public required ValueArray<ValueArray<int>> Pools { get; init; }

        [JsonPropertyName("conv_kernel_sizes")]
        public required ValueArray<ValueArray<int>> Kernels { get; init; }

        [JsonPropertyName("norm")]
        public GenericNorm Norm { get; init; } = new();

        [JsonPropertyName("nonlin")]
        public GenericNonlinearity Nonlinearity { get; init; } = new();

        [JsonPropertyName("nonlin_first")]
        public bool NonlinearityFirst { get; init; }
    }

    private sealed record GenericNorm
    {
        [JsonPropertyName("name")]
        public string Name { get; init; } = V2NetworkArguments.InstanceNorm;

        [JsonPropertyName("eps")]
        public double Epsilon { get; init; } = 1e-5;
    }

    private sealed record GenericNonlinearity
    {
        [JsonPropertyName("name")]
        public string Name { get; init; } = "LeakyReLU";

        [JsonPropertyName("negative_slope")]
        public double Slope { get; init; } = 1e-2;
    }
}
