using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Networks;

/// <summary>The arguments of <c>Generic_UNet</c>, under the original's names, as a model folder's <c>plans.json</c> holds them.</summary>
/// <remarks>Its strides are those of each pooling: full resolution has none. Source: nnunet/network_architecture/generic_UNet.py.</remarks>
public sealed record GenericUNetArguments : UNetArguments
{
    private const int UsualConvolutions = 2;

    /// <summary>Arguments that are still to be set.</summary>
    public GenericUNetArguments()
    {
    }

    [SetsRequiredMembers]
    private GenericUNetArguments(Plan plan, ConfigurationPlan stage, int extraInputChannels)
        : base(plan, stage, extraInputChannels, stage.Is2D ? MaxFeatures2D : MaxFeatures3D) => ConvolutionsPerStage = plan.ConvPerStage ?? UsualConvolutions;

    /// <summary>Convolutions of each resolution, in the encoder and in the decoder.</summary>
    /// <value>2.</value>
    [JsonPropertyName("num_conv_per_stage")]
    [JsonPropertyOrder(OwnSizes)]
    public int ConvolutionsPerStage { get; init; } = UsualConvolutions;

    /// <summary>Whether the nonlinearity comes before the normalisation (the original's ConvDropoutNonlinNorm).</summary>
    /// <value>False.</value>
    [JsonPropertyName("nonlin_first")]
    [JsonPropertyOrder(OwnLayers)]
    public bool NonlinearityFirst { get; init; }

    /// <summary>Slope for negative values that new weights are drawn for; loaded weights do not depend on it.</summary>
    /// <value>0.01.</value>
    [JsonPropertyName("init_neg_slope")]
    [JsonPropertyOrder(OwnLayers)]
    public double InitialSlope { get; init; } = 1e-2;

    /// <summary>Whether the convolutions that make the logits have a bias.</summary>
    /// <value>False.</value>
    [JsonPropertyName("seg_output_use_bias")]
    [JsonPropertyOrder(OwnLayers)]
    public bool OutputBias { get; init; }

    internal override ValueArray<ValueArray<int>> Strides => [NetworkGeometry.Uniform(1, Dimensions).ToValueArray(), .. PoolKernels];

    /// <summary>The arguments that a plan's stage asks for.</summary>
    public static GenericUNetArguments FromPlan(Plan plan, ConfigurationPlan stage, int extraInputChannels = 0) => new(plan, stage, extraInputChannels);

    /// <summary>The description of this network with other arguments.</summary>
    /// <param name="network">A description of a <c>Generic_UNet</c>.</param>
    /// <param name="change">Makes the new arguments from the old ones.</param>
    /// <exception cref="DescribedException">It describes another kind of network.</exception>
    public static NetworkDescription Change(NetworkDescription network, Func<GenericUNetArguments, GenericUNetArguments> change) =>
        network with { Arguments = JsonSerializer.SerializeToElement(change(Of(network)), ProductJson.Options) };

    /// <summary>The description of this network with batch norm.</summary>
    /// <param name="network">A description of a <c>Generic_UNet</c>.</param>
    /// <exception cref="DescribedException">It describes another kind of network.</exception>
    public static NetworkDescription WithBatchNorm(NetworkDescription network) => Change(network, static a => a with { Normalization = new() { Name = "BatchNorm" } });

    /// <summary>The arguments in a network's description.</summary>
    /// <exception cref="DescribedException">They are not those of this kind of network.</exception>
    public static GenericUNetArguments Of(NetworkDescription network) => NetworkFactory.Arguments<GenericUNetArguments>(network);

    private protected override IEnumerable<string> OwnFaults()
    {
        if (ConvolutionsPerStage < 2) yield return $"num_conv_per_stage is {ConvolutionsPerStage}, but must be at least 2";
        if (ConvolutionKernels.Count != PoolKernels.Count + 1)
        {
            yield return $"conv_kernel_sizes has {ConvolutionKernels.Count} entries, but must have one more than pool_op_kernel_sizes ({PoolKernels.Count})";
        }
    }
}
