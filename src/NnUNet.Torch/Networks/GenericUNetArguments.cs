using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Networks;

/// <summary>The arguments of <c>Generic_UNet</c>, under the original's names, as a model folder's <c>plans.json</c> holds them.</summary>
/// <remarks>Source: nnunet/network_architecture/generic_UNet.py.</remarks>
public sealed record GenericUNetArguments
{
    /// <summary>Largest number of feature maps in 3D networks.</summary>
    internal const int MaxFeatures3D = 320;

    /// <summary>Largest number of feature maps in 2D networks.</summary>
    internal const int MaxFeatures2D = 480;

    /// <summary>Channels of the image.</summary>
    [JsonPropertyName("input_channels")]
    public required int InputChannels { get; init; }

    /// <summary>Classes of the logits, the background counted.</summary>
    [JsonPropertyName("num_classes")]
    public required int Classes { get; init; }

    /// <summary>Feature maps at full resolution; doubled at each coarser one.</summary>
    [JsonPropertyName("base_num_features")]
    public required int BaseFeatures { get; init; }

    /// <summary>Largest number of feature maps.</summary>
    [JsonPropertyName("max_num_features")]
    public required int MaxFeatures { get; init; }

    /// <summary>Convolutions of each resolution, in the encoder and in the decoder.</summary>
    /// <value>2.</value>
    [JsonPropertyName("num_conv_per_stage")]
    public int ConvolutionsPerStage { get; init; } = 2;

    /// <summary>Strides of each pooling from full resolution down, array order; 2 or 3 values each.</summary>
    [JsonPropertyName("pool_op_kernel_sizes")]
    public required ValueArray<ValueArray<int>> PoolKernels { get; init; }

    /// <summary>Kernel of the convolutions at each resolution, array order, the bottleneck last; 1 or 3 voxels an axis.</summary>
    [JsonPropertyName("conv_kernel_sizes")]
    public required ValueArray<ValueArray<int>> ConvolutionKernels { get; init; }

    /// <summary>The normalisation after each convolution.</summary>
    /// <value>InstanceNorm with epsilon 1e-5.</value>
    [JsonPropertyName("norm")]
    public NormalizationSettings Normalization { get; init; } = new();

    /// <summary>The nonlinearity after each normalisation.</summary>
    /// <value>LeakyReLU with slope 0.01.</value>
    [JsonPropertyName("nonlin")]
    public NonlinearitySettings Nonlinearity { get; init; } = new();

    /// <summary>Whether the nonlinearity comes before the normalisation (the original's ConvDropoutNonlinNorm).</summary>
    /// <value>False.</value>
    [JsonPropertyName("nonlin_first")]
    public bool NonlinearityFirst { get; init; }

    /// <summary>Slope for negative values that new weights are drawn for; loaded weights do not depend on it.</summary>
    /// <value>0.01.</value>
    [JsonPropertyName("init_neg_slope")]
    public double InitialSlope { get; init; } = 1e-2;

    /// <summary>Whether the convolutions that make the logits have a bias.</summary>
    /// <value>False.</value>
    [JsonPropertyName("seg_output_use_bias")]
    public bool OutputBias { get; init; }

    /// <summary>Keys that this version does not know; they are refused, since a network is its arguments.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Axes of the image: 2 or 3.</summary>
    [JsonIgnore]
    public int Dimensions => PoolKernels.Count > 0 ? PoolKernels[0].Count : 0;

    /// <summary>The arguments that a plan's stage asks for.</summary>
    public static GenericUNetArguments FromPlan(Plan plan, ConfigurationPlan stage, int extraInputChannels = 0) => new()
    {
        InputChannels = plan.NumModalities + extraInputChannels,
        Classes = plan.NumClasses + 1,
        BaseFeatures = plan.BaseNumFeatures,
        MaxFeatures = stage.Is2D ? MaxFeatures2D : MaxFeatures3D,
        ConvolutionsPerStage = plan.ConvPerStage ?? 2,
        PoolKernels = stage.PoolOpKernelSizes,
        ConvolutionKernels = stage.ConvKernelSizes,
    };

    /// <summary>The description of this network with other arguments.</summary>
    /// <param name="network">A description of a <c>Generic_UNet</c>.</param>
    /// <param name="change">Makes the new arguments from the old ones.</param>
    /// <exception cref="DescribedException">It describes another kind of network.</exception>
    public static NetworkDescription Change(NetworkDescription network, Func<GenericUNetArguments, GenericUNetArguments> change) =>
        network with { Arguments = JsonSerializer.SerializeToElement(change(Of(network)), ProductJson.Options) };

    /// <summary>The arguments in a network's description.</summary>
    /// <exception cref="DescribedException">They are not those of this kind of network.</exception>
    public static GenericUNetArguments Of(NetworkDescription network) => NetworkFactory.Arguments<GenericUNetArguments>(network);

    /// <summary>What is wrong with the arguments, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Unknown.Count > 0) yield return $"the keys {string.Join(", ", Unknown.Keys)} are not known to this version";
        if (InputChannels < 1) yield return $"input_channels is {InputChannels}, but must be at least 1";
        if (Classes < 2) yield return $"num_classes is {Classes}, but must be at least 2 (background and one more)";
        if (BaseFeatures < 1) yield return $"base_num_features is {BaseFeatures}, but must be at least 1";
        if (MaxFeatures < BaseFeatures) yield return $"max_num_features is {MaxFeatures}, less than base_num_features {BaseFeatures}";
        if (ConvolutionsPerStage < 2) yield return $"num_conv_per_stage is {ConvolutionsPerStage}, but must be at least 2";
        if (Dimensions is not (2 or 3)) yield return $"pool_op_kernel_sizes is {PoolKernels}, but must be a list of 2 or 3 values each";
        if (ConvolutionKernels.Count != PoolKernels.Count + 1)
        {
            yield return $"conv_kernel_sizes has {ConvolutionKernels.Count} entries, but must have one more than pool_op_kernel_sizes ({PoolKernels.Count})";
        }

        foreach (string fault in LayerFaults.OfGeometry(Dimensions, PoolKernels, ConvolutionKernels)) yield return fault;
        foreach (string fault in LayerFaults.Of(Normalization, Nonlinearity)) yield return fault;
        foreach (string fault in LayerFaults.OfGroups(Normalization, BaseFeatures, MaxFeatures)) yield return fault;
    }
}
