using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Networks;

/// <summary>The arguments of <c>FabiansUNet</c>, under the original's names, as a model folder's <c>plans.json</c> holds them.</summary>
/// <remarks>Source: nnunet/network_architecture/generic_modular_residual_UNet.py, as nnUNetTrainerV2_ResencUNet.py calls it.</remarks>
public sealed record ResidualEncoderUNetArguments
{
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
    /// <value>320, in 2D too.</value>
    [JsonPropertyName("max_num_features")]
    public int MaxFeatures { get; init; } = GenericUNetArguments.MaxFeatures3D;

    /// <summary>Residual blocks of each resolution of the encoder, the bottleneck last.</summary>
    [JsonPropertyName("num_blocks_encoder")]
    public required ValueArray<int> EncoderBlocks { get; init; }

    /// <summary>Convolutions of each resolution of the decoder, the coarsest first.</summary>
    [JsonPropertyName("num_blocks_decoder")]
    public required ValueArray<int> DecoderBlocks { get; init; }

    /// <summary>Strides into each resolution, array order, beginning with ones; 2 or 3 values each.</summary>
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

    /// <summary>Keys that this version does not know; they are refused, since a network is its arguments.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Axes of the image: 2 or 3.</summary>
    [JsonIgnore]
    public int Dimensions => PoolKernels.Count > 0 ? PoolKernels[0].Count : 0;

    /// <summary>The arguments that a plan's stage asks for.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="number">The stage's number.</param>
    /// <param name="extraInputChannels">Channels beyond the images'.</param>
    /// <exception cref="DescribedException">The plan is one for plain networks.</exception>
    public static ResidualEncoderUNetArguments FromPlan(Plan plan, int number, int extraInputChannels = 0)
    {
        ConfigurationPlan stage = plan.PlansPerStage[number];
        if (stage.NumBlocksEncoder is not { } encoder || stage.NumBlocksDecoder is not { } decoder)
        {
            throw new DescribedException(
                "plans",
                $"stage {number} has no num_blocks_encoder or no num_blocks_decoder, which {ResidualEncoderUNetFactory.Name} needs",
                "plan with ExperimentPlanner3DFabiansResUNet_v21 (nnUNet_plan_and_preprocess -pl3d) and train with its plans (-p)");
        }

        return new ResidualEncoderUNetArguments
        {
            InputChannels = plan.NumModalities + extraInputChannels,
            Classes = plan.NumClasses + 1,
            BaseFeatures = plan.BaseNumFeatures,
            EncoderBlocks = encoder,
            DecoderBlocks = decoder,
            PoolKernels = stage.PoolOpKernelSizes,
            ConvolutionKernels = stage.ConvKernelSizes,
        };
    }

    /// <summary>What is wrong with the arguments, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Unknown.Count > 0) yield return $"the keys {string.Join(", ", Unknown.Keys)} are not known to this version";
        if (InputChannels < 1) yield return $"input_channels is {InputChannels}, but must be at least 1";
        if (Classes < 2) yield return $"num_classes is {Classes}, but must be at least 2 (background and one more)";
        if (BaseFeatures < 1) yield return $"base_num_features is {BaseFeatures}, but must be at least 1";
        if (MaxFeatures < BaseFeatures) yield return $"max_num_features is {MaxFeatures}, less than base_num_features {BaseFeatures}";
        if (Dimensions is not (2 or 3)) yield return $"pool_op_kernel_sizes is {PoolKernels}, but must be a list of 2 or 3 values each";
        else if (PoolKernels[0].Any(static p => p != 1)) yield return $"pool_op_kernel_sizes begins with {PoolKernels[0]}, but must begin with ones: full resolution";
        if (PoolKernels.Count < 2) yield return $"pool_op_kernel_sizes has {PoolKernels.Count} entries, but must have at least 2";
        if (ConvolutionKernels.Count != PoolKernels.Count) yield return $"conv_kernel_sizes has {ConvolutionKernels.Count} entries, but must have as many as pool_op_kernel_sizes ({PoolKernels.Count})";
        if (EncoderBlocks.Count != PoolKernels.Count || EncoderBlocks.Any(static n => n < 1)) yield return $"num_blocks_encoder is {EncoderBlocks}, but must be {PoolKernels.Count} values of at least 1";
        if (DecoderBlocks.Count != PoolKernels.Count - 1 || DecoderBlocks.Any(static n => n < 1)) yield return $"num_blocks_decoder is {DecoderBlocks}, but must be {PoolKernels.Count - 1} values of at least 1";
        foreach (string fault in LayerFaults.OfGeometry(Dimensions, PoolKernels, ConvolutionKernels)) yield return fault;
        foreach (string fault in LayerFaults.Of(Normalization, Nonlinearity)) yield return fault;
        foreach (string fault in LayerFaults.OfGroups(Normalization, BaseFeatures, MaxFeatures)) yield return fault;
    }
}
