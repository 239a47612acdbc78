using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Networks;

/// <summary>The arguments of <c>FabiansUNet</c>, under the original's names, as a model folder's <c>plans.json</c> holds them.</summary>
/// <remarks>
/// Its strides are those into each resolution, beginning with ones, and its feature maps are at most 320 in 2D too.
/// Source: nnunet/network_architecture/generic_modular_residual_UNet.py, as nnUNetTrainerV2_ResencUNet.py calls it.
/// </remarks>
public sealed record ResidualEncoderUNetArguments : UNetArguments
{
    /// <summary>Arguments that are still to be set.</summary>
    public ResidualEncoderUNetArguments()
    {
    }

    [SetsRequiredMembers]
    private ResidualEncoderUNetArguments(Plan plan, ConfigurationPlan stage, int extraInputChannels, ValueArray<int> encoder, ValueArray<int> decoder)
        : base(plan, stage, extraInputChannels, MaxFeatures3D)
    {
        EncoderBlocks = encoder;
        DecoderBlocks = decoder;
    }

    /// <summary>Residual blocks of each resolution of the encoder, the bottleneck last.</summary>
    [JsonPropertyName("num_blocks_encoder")]
    [JsonPropertyOrder(OwnSizes)]
    public required ValueArray<int> EncoderBlocks { get; init; }

    /// <summary>Convolutions of each resolution of the decoder, the coarsest first.</summary>
    [JsonPropertyName("num_blocks_decoder")]
    [JsonPropertyOrder(OwnSizes)]
    public required ValueArray<int> DecoderBlocks { get; init; }

    internal override ValueArray<ValueArray<int>> Strides => PoolKernels;

    /// <summary>The arguments that a plan's stage asks for.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="number">The stage's number.</param>
    /// <param name="extraInputChannels">Channels beyond the images'.</param>
    /// <exception cref="DescribedException">The plan is one for plain networks.</exception>
    public static ResidualEncoderUNetArguments FromPlan(Plan plan, int number, int extraInputChannels = 0)
    {
        ConfigurationPlan stage = plan.PlansPerStage[number];
        return stage.NumBlocksEncoder is { } encoder && stage.NumBlocksDecoder is { } decoder
            ? new ResidualEncoderUNetArguments(plan, stage, extraInputChannels, encoder, decoder)
            : throw new DescribedException(
                "plans",
                $"stage {number} has no num_blocks_encoder or no num_blocks_decoder, which {ResidualEncoderUNetFactory.Name} needs",
                "plan with ExperimentPlanner3DFabiansResUNet_v21 (nnUNet_plan_and_preprocess -pl3d) and train with its plans (-p)");
    }

    private protected override IEnumerable<string> OwnFaults()
    {
        if (Dimensions is 2 or 3 && PoolKernels[0].Any(static p => p != 1)) yield return $"pool_op_kernel_sizes begins with {PoolKernels[0]}, but must begin with ones: full resolution";
        if (PoolKernels.Count < 2) yield return $"pool_op_kernel_sizes has {PoolKernels.Count} entries, but must have at least 2";
        if (ConvolutionKernels.Count != PoolKernels.Count) yield return $"conv_kernel_sizes has {ConvolutionKernels.Count} entries, but must have as many as pool_op_kernel_sizes ({PoolKernels.Count})";
        if (EncoderBlocks.Count != PoolKernels.Count || EncoderBlocks.Any(static n => n < 1)) yield return $"num_blocks_encoder is {EncoderBlocks}, but must be {PoolKernels.Count} values of at least 1";
        if (DecoderBlocks.Count != PoolKernels.Count - 1 || DecoderBlocks.Any(static n => n < 1)) yield return $"num_blocks_decoder is {DecoderBlocks}, but must be {PoolKernels.Count - 1} values of at least 1";
    }
}
