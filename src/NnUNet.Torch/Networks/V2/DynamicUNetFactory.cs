using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Interop.V2;

namespace NnUNet.Torch.Networks.V2;

/// <summary>Builds a network of version 2; a plan of this program becomes the arguments that version 2's planner would choose for it.</summary>
/// <remarks>
/// Source: nnunetv2/experiment_planning/experiment_planners/default_experiment_planner.py and residual_unets/residual_encoder_unet_planner.py:
/// numbers of blocks and the largest number of features.
/// </remarks>
public abstract class DynamicUNetFactory : NetworkFactory
{
    private const int MaxFeatures3D = 320, MaxFeatures2D = 512;

    private readonly string _name;

    private protected DynamicUNetFactory(string name) => _name = name;

    /// <inheritdoc/>
    public override NetworkDescription Describe(Plan plan, int stage, int extraInputChannels = 0)
    {
        ConfigurationPlan configuration = StageOf(plan, stage);
        JsonObject arguments = Arguments(plan, configuration, extraInputChannels);
        return Describe(_name, plan, stage, arguments) with { PreviousStage = extraInputChannels > 0 };
    }

    /// <inheritdoc/>
    public override SegmentationNetwork Build(NetworkDescription description) => new DynamicUNet(V2NetworkArguments.Of(description));

    /// <summary>Convolutions or blocks of each stage of the encoder.</summary>
    private protected abstract int[] Blocks(ConfigurationPlan stage, int stages);

    /// <summary>Convolutions or blocks of each stage of the decoder.</summary>
    private protected abstract int DecoderBlocks { get; }

    private JsonObject Arguments(Plan plan, ConfigurationPlan stage, int extraInputChannels)
    {
        int axes = stage.PatchSize.Count;
        ValueArray<int> ones = NetworkGeometry.Uniform(1, axes).ToValueArray();
        ValueArray<ValueArray<int>> pools = stage.PoolOpKernelSizes;
        ValueArray<ValueArray<int>> strides = pools.Count > 0 && pools[0] == ones ? pools : [ones, .. pools];
        int[] features = NetworkGeometry.Features(plan.BaseNumFeatures, axes == 3 ? MaxFeatures3D : MaxFeatures2D, strides.Count);
        return new JsonObject
        {
            [V2NetworkArguments.InputChannelsKey] = plan.NumModalities + extraInputChannels,
            [V2NetworkArguments.ClassesKey] = ClassesOf(plan),
            ["n_stages"] = strides.Count,
            ["features_per_stage"] = JsonSerializer.SerializeToNode(features, ProductJson.Options),
            ["conv_op"] = $"torch.nn.modules.conv.Conv{axes}d",
            ["kernel_sizes"] = JsonSerializer.SerializeToNode(stage.ConvKernelSizes, ProductJson.Options),
            ["strides"] = JsonSerializer.SerializeToNode(strides, ProductJson.Options),
            [_name == V2NetworkArguments.Plain ? "n_conv_per_stage" : "n_blocks_per_stage"] = JsonSerializer.SerializeToNode(Blocks(stage, strides.Count), ProductJson.Options),
            ["n_conv_per_stage_decoder"] = JsonSerializer.SerializeToNode(Enumerable.Repeat(DecoderBlocks, strides.Count - 1), ProductJson.Options),
            ["conv_bias"] = true,
            ["norm_op"] = $"torch.nn.modules.instancenorm.InstanceNorm{axes}d",
            ["norm_op_kwargs"] = new JsonObject { ["eps"] = 1e-5, ["affine"] = true },
            ["dropout_op"] = null,
            ["dropout_op_kwargs"] = null,
            ["nonlin"] = "torch.nn.LeakyReLU",
            ["nonlin_kwargs"] = new JsonObject { ["inplace"] = true },
        };
    }
}
