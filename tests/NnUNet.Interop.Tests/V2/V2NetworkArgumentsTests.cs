using System.Text.Json.Nodes;
using NnUNet.Foundation;
using NnUNet.Interop.V2;

namespace NnUNet.Interop.Tests.V2;

public sealed class V2NetworkArgumentsTests
{
    /// <summary>Arguments as short as the original takes them, of a plain network.</summary>
    internal const string Plain =
        """
        {"input_channels": 1, "num_classes": 2, "n_stages": 3, "features_per_stage": [8, 16, 24], "conv_op": "torch.nn.modules.conv.Conv3d", "kernel_sizes": [[1, 3, 3], [3, 3, 3], [5, 3, 3]],
         "strides": [[1, 1, 1], [1, 2, 2], [2, 2, 2]], "n_conv_per_stage": [2, 2, 3], "n_conv_per_stage_decoder": [2, 1], "conv_bias": true,
         "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d", "norm_op_kwargs": {"eps": 1e-05, "affine": true}, "dropout_op": null, "dropout_op_kwargs": null,
         "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": true}}
        """;

    [Fact]
    public void Parse_OfListsPerStage_KeepsThem()
    {
        // When
        V2NetworkArguments arguments = V2NetworkArguments.Parse("plans", "PlainConvUNet", Changed());

        // Then
        Assert.Equal<int>([8, 16, 24], arguments.Features);
        Assert.Equal<ValueArray<int>>([[1, 3, 3], [3, 3, 3], [5, 3, 3]], arguments.Kernels);
        Assert.Equal<ValueArray<int>>([[1, 1, 1], [1, 2, 2], [2, 2, 2]], arguments.Strides);
        Assert.Equal<int>([2, 2, 3], arguments.Blocks);
        Assert.Equal<int>([2, 1], arguments.DecoderBlocks);
        Assert.Equal((3, true, "InstanceNorm", true, 1e-5), (arguments.Dimensions, arguments.Bias, arguments.Norm, arguments.Affine, arguments.Epsilon));
        Assert.Equal(("LeakyReLU", 0.01, false, false, "conv"), (arguments.Nonlinearity, arguments.NegativeSlope, arguments.NonlinearityFirst, arguments.Dropout, arguments.Pool));
    }

    [Fact]
    public void Parse_OfNumbersForAllStages_RepeatsThem()
    {
        // When
        V2NetworkArguments arguments = V2NetworkArguments.Parse(
            "plans", "PlainConvUNet", Changed("""{"features_per_stage": 8.0, "kernel_sizes": 3, "strides": [1, 2, [1, 2, 2]], "n_conv_per_stage": 2, "n_conv_per_stage_decoder": 1}"""));

        // Then
        Assert.Equal<int>([8, 8, 8], arguments.Features);
        Assert.Equal<ValueArray<int>>([[3, 3, 3], [3, 3, 3], [3, 3, 3]], arguments.Kernels);
        Assert.Equal<ValueArray<int>>([[1, 1, 1], [2, 2, 2], [1, 2, 2]], arguments.Strides);
        Assert.Equal<int>([1, 1], arguments.DecoderBlocks);
    }

    [Theory]
    [InlineData("""{"norm_op_kwargs": null}""", "InstanceNorm", false)]
    [InlineData("""{"norm_op": "torch.nn.BatchNorm3d", "norm_op_kwargs": null}""", "BatchNorm", true)]
    [InlineData("""{"norm_op": "torch.nn.BatchNorm3d", "norm_op_kwargs": {"eps": 1e-3, "momentum": 0.01}}""", "BatchNorm", true)]
    [InlineData("""{"norm_op": null, "norm_op_kwargs": null}""", "Identity", true)]
    public void Norms_HaveTorchsDefaults(string changes, string norm, bool affine)
    {
        // When
        V2NetworkArguments arguments = V2NetworkArguments.Parse("plans", "PlainConvUNet", Changed(changes));

        // Then
        Assert.Equal((norm, affine), (arguments.Norm, arguments.Affine));
    }

    [Theory]
    [InlineData("""{"nonlin_kwargs": {"negative_slope": 0.2}}""", "LeakyReLU", 0.2)]
    [InlineData("""{"nonlin": "torch.nn.modules.activation.ReLU", "nonlin_kwargs": null}""", "ReLU", 0.01)]
    [InlineData("""{"nonlin": "torch.nn.GELU", "nonlin_kwargs": {}}""", "GeLU", 0.01)]
    [InlineData("""{"nonlin": null, "nonlin_kwargs": null}""", "Identity", 0.01)]
    public void Nonlinearities_AreMatchedByTheLastComponent(string changes, string nonlinearity, double slope)
    {
        // When
        V2NetworkArguments arguments = V2NetworkArguments.Parse("plans", "PlainConvUNet", Changed(changes));

        // Then
        Assert.Equal((nonlinearity, slope), (arguments.Nonlinearity, arguments.NegativeSlope));
    }

    [Theory]
    [InlineData("""{"nonlin": "torch.nn.SELU"}""", "nonlin is SELU, but known are LeakyReLU, ReLU, GELU, Mish, Identity")]
    [InlineData("""{"norm_op": "torch.nn.GroupNorm"}""", "norm_op is GroupNorm, but known are InstanceNorm2d")]
    [InlineData("""{"norm_op": "torch.nn.InstanceNorm2d"}""", "norm_op is InstanceNorm2d, but conv_op has 3 axes")]
    [InlineData("""{"norm_op_kwargs": {"affine": true, "track_running_stats": true}}""", "norm_op_kwargs.track_running_stats is true, which is not supported for InstanceNorm3d")]
    [InlineData("""{"conv_op": "torch.nn.Conv1d"}""", "conv_op is Conv1d, but must be Conv2d or Conv3d")]
    [InlineData("""{"kernel_sizes": 4}""", "the kernel [4, 4, 4] has an even number of voxels")]
    [InlineData("""{"strides": 2}""", "strides begins with [2, 2, 2]")]
    [InlineData("""{"pool": "stochastic"}""", "pool is \"stochastic\", but known are conv, max and avg")]
    [InlineData("""{"attention_gates": true}""", "attention_gates is not known")]
    [InlineData("""{"features_per_stage": [8, 16]}""", "features_per_stage has 2 entries, but there are 3 stages of it")]
    [InlineData("""{"kernel_sizes": [[3, 3], 3, 3]}""", "kernel_sizes has a stage [3,3] of 2 values, but conv_op has 3 axes")]
    [InlineData("""{"n_conv_per_stage": 0}""", "n_conv_per_stage is 0, but must be a whole number from 1")]
    [InlineData("""{"n_stages": 1e9}""", "n_stages is 1e9, but must be a whole number from 2 to 32")]
    [InlineData("""{"conv_bias": "yes"}""", "conv_bias is \"yes\", but must be true or false")]
    [InlineData("""{"n_blocks_per_stage": 2}""", "n_blocks_per_stage is not known")]
    public void AValueThatIsNotSupported_IsRefusedByName(string changes, string expected)
    {
        DescribedException fault = Assert.Throws<DescribedException>(() => V2NetworkArguments.Parse("plans.json: 3d_fullres", "PlainConvUNet", Changed(changes)));

        Assert.Equal("plans.json: 3d_fullres", fault.Where);
        Assert.Contains(expected, fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void AllFaults_AreToldAtOnce()
    {
        DescribedException fault = Assert.Throws<DescribedException>(() => V2NetworkArguments.Parse("plans", "PlainConvUNet", Changed("""{"nonlin": "SELU", "conv_bias": 1, "n_stages": null}""")));

        Assert.All((string[])["nonlin is SELU", "conv_bias is 1", "n_stages is missing"], part => Assert.Contains(part, fault.What, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"block": "x.BottleneckD"}""", "bottleneck_channels is missing")]
    [InlineData("""{"block": "x.MBConv"}""", "block is MBConv, but known are BasicBlockD and BottleneckD")]
    [InlineData("""{"nonlin_first": true}""", "nonlin_first is true, which only PlainConvUNet knows")]
    [InlineData("""{"squeeze_excitation": true, "squeeze_excitation_reduction_ratio": 0}""", "squeeze_excitation_reduction_ratio is 0")]
    public void AValueThatResidualNetworksDoNotSupport_IsRefusedByName(string changes, string expected)
    {
        DescribedException fault = Assert.Throws<DescribedException>(() => V2NetworkArguments.Parse("plans", "ResidualEncoderUNet", Residual(changes)));

        Assert.Contains(expected, fault.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(32, 8)]
    [InlineData(64, 8)]
    [InlineData(192, 16)]
    [InlineData(320, 24)]
    public void SqueezedFeatures_AreRoundedToMultiplesOf8AsTheOriginalDoes(int features, int expected) =>
        Assert.Equal(expected, V2NetworkArguments.Parse("plans", "ResidualUNet", Residual("""{"squeeze_excitation": true}""")).SqueezedFeatures(features));

    /// <summary>Those of a plain network with some changed.</summary>
    internal static JsonObject Changed(string changes = "{}")
    {
        JsonObject arguments = (JsonObject)JsonNode.Parse(Plain)!;
        foreach ((string key, JsonNode? value) in (JsonObject)JsonNode.Parse(changes)!) arguments[key] = value?.DeepClone();
        return arguments;
    }

    /// <summary>Those of a residual network with some changed.</summary>
    internal static JsonObject Residual(string changes = "{}")
    {
        JsonObject arguments = Changed(changes);
        arguments["n_blocks_per_stage"] = arguments["n_conv_per_stage"]!.DeepClone();
        arguments.Remove("n_conv_per_stage");
        return arguments;
    }
}
