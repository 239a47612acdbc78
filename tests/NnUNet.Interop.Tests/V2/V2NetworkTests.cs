using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Interop.V2;

namespace NnUNet.Interop.Tests.V2;

public sealed class V2NetworkTests
{
    [Fact]
    public void Of_WeightsThatFitThePlans_IsWhatThePlansSay()
    {
        // Given
        JsonObject told = V2NetworkArgumentsTests.Changed();

        // When
        V2Network network = Of("dynamic_network_architectures.architectures.unet.PlainConvUNet", told, Shapes("PlainConvUNet", told));

        // Then
        Assert.Empty(network.Warnings);
        Assert.Equal("PlainConvUNet", network.Description.Name);
        Assert.Equal<int>([0, 2], network.Description.MirrorAxes);
        Assert.True(JsonNode.DeepEquals(told, ProductJson.ToNode(network.Description.Arguments)));
    }

    [Theory]
    [InlineData("PlainConvUNet", """{"norm_op": "torch.nn.modules.batchnorm.BatchNorm3d"}""", "BatchNorm")]
    [InlineData("PlainConvUNet", """{"features_per_stage": [8, 12, 24]}""", "[8,12,24]")]
    [InlineData("PlainConvUNet", """{"norm_op": null, "norm_op_kwargs": null}""", "norm_op null")]
    [InlineData("PlainConvUNet", """{"conv_bias": false}""", "conv_bias false")]
    [InlineData("PlainConvUNet", """{"kernel_sizes": 3, "n_conv_per_stage": [1, 4, 2]}""", "[1,4,2]")]
    public void Of_WeightsThatDisagreeWithThePlans_IsWhatTheWeightsTell(string name, string changes, string told)
    {
        // Given weights of a network with other arguments than the plans say
        JsonObject actual = V2NetworkArgumentsTests.Changed(changes);
        IReadOnlyDictionary<string, ValueArray<long>> shapes = Shapes(name, actual);

        // When
        V2Network network = Of(name, V2NetworkArgumentsTests.Changed(), shapes);

        // Then the weights count, and the difference is told
        Assert.Equal(Parameters(shapes), Parameters(V2Layout.Of(V2NetworkArguments.Of(network.Description)).Parameters));
        Assert.Contains(told, Assert.Single(network.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ResidualEncoderUNet", "{}")]
    [InlineData("ResidualEncoderUNet", """{"norm_op": "torch.nn.BatchNorm3d"}""")]
    [InlineData("ResidualEncoderUNet", """{"block": "BottleneckD", "bottleneck_channels": [4, 5, 6], "stem_channels": 7}""")]
    [InlineData("ResidualEncoderUNet", """{"features_per_stage": [32, 64, 320], "squeeze_excitation": true, "conv_op": "Conv2d", "norm_op": "InstanceNorm2d", "kernel_sizes": 3, "strides": [1, 2, 2]}""")]
    [InlineData("ResidualUNet", """{"n_conv_per_stage_decoder": [1, 2]}""")]
    public void Of_WeightsAlone_FindsResidualNetworks(string name, string changes)
    {
        // Given weights without plans
        IReadOnlyDictionary<string, ValueArray<long>> shapes = Shapes(name, V2NetworkArgumentsTests.Residual(changes));

        // When
        V2Network network = Of(null, null, shapes);

        // Then the network has these weights
        Assert.Equal(name, network.Description.Name);
        Assert.Equal(Parameters(shapes), Parameters(V2Layout.Of(V2NetworkArguments.Of(network.Description)).Parameters));
    }

    [Fact]
    public void Of_AnUnknownClassWithWeightsOfAKnownNetwork_IsThatNetwork()
    {
        // Given
        JsonObject told = V2NetworkArgumentsTests.Changed("""{"nonlin_kwargs": {"negative_slope": 0.2}}""");

        // When
        V2Network network = Of("my_lab.networks.FancyUNet", told, Shapes("PlainConvUNet", told));

        // Then it has the plans' nonlinearity, which weights do not tell
        Assert.Contains("names the network my_lab.networks.FancyUNet, but the weights are those of PlainConvUNet", Assert.Single(network.Warnings), StringComparison.Ordinal);
        Assert.Equal(0.2, V2NetworkArguments.Of(network.Description).NegativeSlope);
    }

    [Fact]
    public void Of_PooledStages_TakesTheKindOfPoolingFromThePlans_AndRefusesToGuessIt()
    {
        // Given weights of a network that pools, of other widths than the plans say
        IReadOnlyDictionary<string, ValueArray<long>> shapes = Shapes("PlainConvUNet", V2NetworkArgumentsTests.Changed("""{"pool": "max", "features_per_stage": [8, 12, 24]}"""));

        // When
        V2Network network = Of("PlainConvUNet", V2NetworkArgumentsTests.Changed("""{"pool": "max"}"""), shapes);

        // Then
        Assert.Equal("max", V2NetworkArguments.Of(network.Description).Pool);
        Assert.Contains("pool is \"unknown\"", Assert.Throws<DescribedException>(() => Of(null, null, shapes)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eva.blocks.0.attn.qkv.weight", "Primus, a transformer")]
    [InlineData("encoder.stages.0.mamba.in_proj.weight", "U-Mamba, whose state space layers")]
    [InlineData("conv_blocks_context.0.0.conv1.weight", "STU-Net")]
    [InlineData("enc_block_0.0.conv1.weight", "MedNeXt")]
    [InlineData("head.weight", "are those of no network that is known here")]
    public void Of_WeightsOfAnotherNetwork_AreRefusedWithItsName(string key, string expected)
    {
        DescribedException fault = Assert.Throws<DescribedException>(() => Of("PlainConvUNet", V2NetworkArgumentsTests.Changed(), new Dictionary<string, ValueArray<long>> { [key] = [2, 2] }));

        Assert.Equal("checkpoint_final.pth", fault.Where);
        Assert.Contains(expected, fault.What, StringComparison.Ordinal);
        Assert.Contains("PlainConvUNet, ResidualEncoderUNet, ResidualUNet", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_MissingAndSurplusWeights_AreToldByName()
    {
        // Given weights without a bias, and with one of a layer that is not there
        Dictionary<string, ValueArray<long>> shapes = new(Shapes("PlainConvUNet", V2NetworkArgumentsTests.Changed()), StringComparer.Ordinal);
        shapes.Remove("encoder.stages.1.0.convs.1.conv.bias");
        shapes["encoder.attention.weight"] = [3];

        // When
        DescribedException fault = Assert.Throws<DescribedException>(() => Of("PlainConvUNet", V2NetworkArgumentsTests.Changed(), shapes));

        // Then
        Assert.Contains("1 missing (encoder.stages.1.0.convs.1.conv.bias)", fault.What, StringComparison.Ordinal);
        Assert.Contains("1 not in the network (encoder.attention.weight)", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_LogitsOfCoarserStages_NeedNotBeThere()
    {
        // Given
        Dictionary<string, ValueArray<long>> shapes = new(Shapes("PlainConvUNet", V2NetworkArgumentsTests.Changed()), StringComparer.Ordinal);
        shapes.Remove("decoder.seg_layers.0.weight");
        shapes.Remove("decoder.seg_layers.0.bias");

        // Then
        Assert.Empty(Of("PlainConvUNet", V2NetworkArgumentsTests.Changed(), shapes).Warnings);
    }

    [Theory]
    [InlineData(2, 2, "takes 1 input channels, but plans and dataset.json say 2")]
    [InlineData(1, 5, "gives 2 outputs, but plans and dataset.json say 5")]
    public void Of_OtherChannelsOrOutputsThanTheDataSet_IsRefused(int channels, int classes, string expected)
    {
        // Given
        JsonObject told = V2NetworkArgumentsTests.Changed();

        // Then
        DescribedException fault = Assert.Throws<DescribedException>(() => V2Network.Of("plans", "PlainConvUNet", told, "c.pth", Shapes("PlainConvUNet", told), "", channels, classes, []));
        Assert.Contains(expected, fault.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my.Primus", "one of the Primus family")]
    [InlineData("my.Net", "its network is my.Net")]
    public void Describe_OfAnUnknownClass_NamesItAndThoseThatAreKnown(string className, string expected)
    {
        DescribedException fault = Assert.Throws<DescribedException>(() => V2Network.Describe("plans.json: 2d", className, [], 1, 2, []));

        Assert.Contains(expected, fault.What, StringComparison.Ordinal);
        Assert.Contains("known are PlainConvUNet, ResidualEncoderUNet, ResidualUNet", fault.Remedy, StringComparison.Ordinal);
    }

    private static V2Network Of(string? className, JsonObject? told, IReadOnlyDictionary<string, ValueArray<long>> shapes) =>
        V2Network.Of("plans.json: 3d_fullres", className, told, "checkpoint_final.pth", shapes, "nnUNetTrainer", 1, 2, [0, 2]);

    private static Dictionary<string, ValueArray<long>> Shapes(string name, JsonObject arguments) =>
        V2Layout.Of(V2NetworkArguments.Parse("test", name, arguments)).Parameters.ToDictionary(static p => p.Key, static p => p.Value, StringComparer.Ordinal);

    private static IEnumerable<string> Parameters(IEnumerable<KeyValuePair<string, ValueArray<long>>> parameters) => parameters.Select(static p => $"{p.Key} {p.Value}").Order();
}
