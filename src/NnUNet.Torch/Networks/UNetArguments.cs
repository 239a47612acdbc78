using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Networks;

/// <summary>The arguments that the original's U-Nets have in common, under its names, as a model folder's <c>plans.json</c> holds them.</summary>
public abstract record UNetArguments : IUNetShape
{
    /// <summary>Largest number of feature maps in 3D networks.</summary>
    private protected const int MaxFeatures3D = 320;

    /// <summary>Largest number of feature maps in 2D networks.</summary>
    private protected const int MaxFeatures2D = 480;

    // Places among the keys of a plans.json, between which each network has its own keys.
    private const int Sizes = -2, Geometry = 0;

    /// <summary>Place of a network's own keys behind the sizes that all networks have.</summary>
    private protected const int OwnSizes = -1;

    /// <summary>Place of a network's own keys behind all that networks have in common.</summary>
    private protected const int OwnLayers = 1;

    private protected UNetArguments()
    {
    }

    /// <summary>What a plan's stage says to every U-Net.</summary>
    [SetsRequiredMembers]
    private protected UNetArguments(Plan plan, ConfigurationPlan stage, int extraInputChannels, int maxFeatures)
    {
        InputChannels = plan.NumModalities + extraInputChannels;
        Classes = NetworkFactory.ClassesOf(plan);
        BaseFeatures = plan.BaseNumFeatures;
        MaxFeatures = maxFeatures;
        PoolKernels = stage.PoolOpKernelSizes;
        ConvolutionKernels = stage.ConvKernelSizes;
    }

    /// <summary>Channels of the image.</summary>
    [JsonPropertyName("input_channels")]
    [JsonPropertyOrder(Sizes)]
    public required int InputChannels { get; init; }

    /// <summary>Classes of the logits, the background counted; or regions, of which each is an output.</summary>
    [JsonPropertyName("num_classes")]
    [JsonPropertyOrder(Sizes)]
    public required int Classes { get; init; }

    /// <summary>Feature maps at full resolution; doubled at each coarser one.</summary>
    [JsonPropertyName("base_num_features")]
    [JsonPropertyOrder(Sizes)]
    public required int BaseFeatures { get; init; }

    /// <summary>Largest number of feature maps.</summary>
    [JsonPropertyName("max_num_features")]
    [JsonPropertyOrder(Sizes)]
    public required int MaxFeatures { get; init; }

    /// <summary>Strides from full resolution down, array order; 2 or 3 values each. Whether full resolution has an entry of its own is the network's matter.</summary>
    [JsonPropertyName("pool_op_kernel_sizes")]
    [JsonPropertyOrder(Geometry)]
    public required ValueArray<ValueArray<int>> PoolKernels { get; init; }

    /// <summary>Kernel of the convolutions at each resolution, array order, the bottleneck last; 1 or 3 voxels an axis.</summary>
    [JsonPropertyName("conv_kernel_sizes")]
    [JsonPropertyOrder(Geometry)]
    public required ValueArray<ValueArray<int>> ConvolutionKernels { get; init; }

    /// <summary>The normalisation after each convolution.</summary>
    /// <value>InstanceNorm with epsilon 1e-5.</value>
    [JsonPropertyName("norm")]
    [JsonPropertyOrder(Geometry)]
    public NormalizationSettings Normalization { get; init; } = new();

    /// <summary>The nonlinearity after each normalisation.</summary>
    /// <value>LeakyReLU with slope 0.01.</value>
    [JsonPropertyName("nonlin")]
    [JsonPropertyOrder(Geometry)]
    public NonlinearitySettings Nonlinearity { get; init; } = new();

    /// <summary>Keys that this version does not know; they are refused, since a network is its arguments.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Axes of the image: 2 or 3.</summary>
    [JsonIgnore]
    public int Dimensions => PoolKernels.Count > 0 ? PoolKernels[0].Count : 0;

    /// <summary>Strides into each resolution, the ones of full resolution first, array order.</summary>
    internal abstract ValueArray<ValueArray<int>> Strides { get; }

    /// <summary>Feature maps of each resolution, full resolution first.</summary>
    internal int[] Features => NetworkGeometry.Features(BaseFeatures, MaxFeatures, Strides.Count);

    ValueArray<ValueArray<int>> IUNetShape.Strides => Strides;

    IReadOnlyList<int> IUNetShape.Features => Features;

    IEnumerable<int> IUNetShape.Widths => Features;

    /// <summary>What is wrong with the arguments, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Unknown.Count > 0) yield return $"the keys {string.Join(", ", Unknown.Keys)} are not known to this version";
        if (InputChannels < 1) yield return $"input_channels is {InputChannels}, but must be at least 1";
        if (Classes < 1) yield return $"num_classes is {Classes}, but must be at least 1 (a region), or 2 (background and one more)";
        if (BaseFeatures < 1) yield return $"base_num_features is {BaseFeatures}, but must be at least 1";
        if (MaxFeatures < BaseFeatures) yield return $"max_num_features is {MaxFeatures}, less than base_num_features {BaseFeatures}";
        if (Dimensions is not (2 or 3)) yield return $"pool_op_kernel_sizes is {PoolKernels}, but must be a list of 2 or 3 values each";
        foreach (string fault in OwnFaults()) yield return fault;
        foreach (string fault in LayerFaults.OfGeometry(Dimensions, PoolKernels, ConvolutionKernels)) yield return fault;
        foreach (string fault in LayerFaults.Of(Normalization, Nonlinearity)) yield return fault;
        foreach (string fault in LayerFaults.OfGroups(Normalization, BaseFeatures, MaxFeatures)) yield return fault;
    }

    /// <summary>What is wrong with the arguments of this kind of network alone.</summary>
    private protected abstract IEnumerable<string> OwnFaults();
}
