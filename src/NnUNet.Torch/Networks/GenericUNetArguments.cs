using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Planning;
using NnUNet.Imaging.Foundation;

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

        foreach (ValueArray<int> pool in PoolKernels)
        {
            if (pool.Count != Dimensions || pool.Any(static p => p is < 1 or > 16)) yield return $"the pooling {pool} must be {Dimensions} values from 1 to 16";
        }

        foreach (ValueArray<int> kernel in ConvolutionKernels)
        {
            if (kernel.Count != Dimensions || kernel.Any(static k => k is not (1 or 3))) yield return $"the kernel {kernel} must be {Dimensions} values of 1 or 3";
        }

        if (!Catalog<Normalization>.Contains(Normalization.Name)) yield return $"norm is {Normalization.Name}, but known are {string.Join(", ", Catalog<Normalization>.Names)}";
        if (!Catalog<Nonlinearity>.Contains(Nonlinearity.Name)) yield return $"nonlin is {Nonlinearity.Name}, but known are {string.Join(", ", Catalog<Nonlinearity>.Names)}";
    }
}

/// <summary>A normalisation by its name in the catalogue, with what it may need.</summary>
public sealed record NormalizationSettings
{
    /// <summary>Its name in the catalogue.</summary>
    /// <value>InstanceNorm.</value>
    [JsonPropertyName("name")]
    public string Name { get; init; } = "InstanceNorm";

    /// <summary>Added to the variance.</summary>
    /// <value>1e-5.</value>
    [JsonPropertyName("eps")]
    public double Epsilon { get; init; } = 1e-5;
}

/// <summary>A nonlinearity by its name in the catalogue, with what it may need.</summary>
public sealed record NonlinearitySettings
{
    /// <summary>Its name in the catalogue.</summary>
    /// <value>LeakyReLU.</value>
    [JsonPropertyName("name")]
    public string Name { get; init; } = "LeakyReLU";

    /// <summary>Slope for negative values.</summary>
    /// <value>0.01.</value>
    [JsonPropertyName("negative_slope")]
    public double NegativeSlope { get; init; } = 1e-2;
}
