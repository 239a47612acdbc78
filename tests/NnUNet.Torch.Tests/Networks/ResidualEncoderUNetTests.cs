using System.Text.Json;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Networks;

public sealed class ResidualEncoderUNetTests : LeakCheckedTest
{
    private static readonly NetworkDescription Description = new ResidualEncoderUNetFactory().Describe(TinyPlan.For("FabiansUNet", 3), 0);

    /// <summary>The names and shapes that the original's modules give for this plan, worked out by hand from its source.</summary>
    private static readonly string[] NamesAndShapes =
    [
        "encoder.initial_conv.weight [8, 2, 3, 3, 3]", "encoder.initial_conv.bias [8]", "encoder.initial_norm.weight [8]", "encoder.initial_norm.bias [8]",
        .. Block("encoder.stages.0.convs.0", 8, 8, "1, 3, 3"),
        .. Block("encoder.stages.1.convs.0", 8, 16, "3, 3, 3"),
        "encoder.stages.1.convs.0.downsample_skip.0.weight [16, 8, 1, 1, 1]", "encoder.stages.1.convs.0.downsample_skip.1.weight [16]", "encoder.stages.1.convs.0.downsample_skip.1.bias [16]",
        .. Block("encoder.stages.1.convs.1", 16, 16, "3, 3, 3"),
        .. Block("encoder.stages.2.convs.0", 16, 32, "3, 3, 3"),
        "encoder.stages.2.convs.0.downsample_skip.0.weight [32, 16, 1, 1, 1]", "encoder.stages.2.convs.0.downsample_skip.1.weight [32]", "encoder.stages.2.convs.0.downsample_skip.1.bias [32]",
        .. Block("encoder.stages.2.convs.1", 32, 32, "3, 3, 3"),
        .. Block("encoder.stages.2.convs.2", 32, 32, "3, 3, 3"),
        "decoder.segmentation_output.weight [3, 8, 1, 1, 1]",
        "decoder.tus.0.weight [32, 16, 2, 2, 2]", "decoder.tus.1.weight [16, 8, 1, 2, 2]",
        "decoder.stages.0.convs.0.conv.weight [16, 32, 3, 3, 3]", "decoder.stages.0.convs.0.conv.bias [16]", "decoder.stages.0.convs.0.norm.weight [16]", "decoder.stages.0.convs.0.norm.bias [16]",
        "decoder.stages.1.convs.0.conv.weight [8, 16, 1, 3, 3]", "decoder.stages.1.convs.0.conv.bias [8]", "decoder.stages.1.convs.0.norm.weight [8]", "decoder.stages.1.convs.0.norm.bias [8]",
        "decoder.deep_supervision_outputs.0.weight [3, 16, 1, 1, 1]",
    ];

    [Fact]
    public void Parameters_HaveTheOriginalsNamesShapesAndOrder()
    {
        using SegmentationNetwork network = NetworkFactory.Create(Description);

        Assert.Equal(NamesAndShapes, NetworkWeights.Of(network).Select(static w => $"{w.Name} [{string.Join(", ", w.Tensor.shape)}]"));
    }

    [Fact]
    public void AStateDictWithTheDecodersCopies_Loads()
    {
        // Given the weights of a network as the original stores them: the decoder's layers twice
        using SegmentationNetwork network = NetworkFactory.Create(Description);
        network.Initialize(3);
        NamedWeight[] weights = [.. NetworkWeights.Of(network).Select(static w => new NamedWeight(w.Name, w.Tensor.shape.ToValueArray(), () => w.Tensor.data<float>().ToArray()))];
        NamedWeight[] copies = [.. network.Aliases.Select(alias => weights.Single(w => w.Name == alias.Value) with { Name = alias.Key })];

        // When they are loaded
        using SegmentationNetwork other = NetworkFactory.Create(Description);
        NetworkWeights.Load("model", other, [.. weights, .. copies]);

        // Then nothing is missing or too many, and the weights are there
        Assert.Equal(8, copies.Length);
        Assert.Contains("decoder.stages.0.convs.0.all.0.weight", network.Aliases.Keys);
        Assert.Contains("decoder.stages.1.convs.0.all.2.bias", network.Aliases.Keys);
        Assert.Equal(weights[0].Read(), NetworkWeights.Of(other)[0].Tensor.data<float>().ToArray());
    }

    [Fact]
    public void ABlockWithoutWeights_IsTheNonlinearityOfItsInput()
    {
        // Given a block whose last normalisation scales everything to 0
        ConvolutionStyle style = new(new NormalizationSettings(), new NonlinearitySettings { Name = "ReLU" });
        using ResidualBlock block = new(style, 2, 2, [3, 3], [1, 1]);
        using DisposeScope scope = NewDisposeScope();
        Tensor input = tensor(new float[] { -1, 2, 3, -4, 5, -6, -7, 8 }, [1, 2, 2, 2]);

        // When it sees an image
        Tensor output = block.call(input);

        // Then only the way around the convolutions is left
        Assert.Equal([0, 2, 3, 0, 5, 0, 0, 8], output.data<float>().ToArray());
    }

    [Fact]
    public void TheFastPath_EqualsThePlainLayersForwardAndBackward()
    {
        ResidualEncoderUNetArguments wide = NetworkFactory.Arguments<ResidualEncoderUNetArguments>(
            new ResidualEncoderUNetFactory().Describe(TinyPlan.For("FabiansUNet", 3) with { BaseNumFeatures = 32 }, 0));

        FastPath.MustEqualThePlainLayers(
            nonlinearity => Description with { Arguments = JsonSerializer.SerializeToElement(wide with { Nonlinearity = nonlinearity }, ProductJson.Options) }, [2, 2, 8, 8, 8]);
    }

    [Fact]
    public void APlanForPlainNetworks_IsRefusedWithTheRemedy()
    {
        DescribedException fault = Assert.Throws<DescribedException>(() => new ResidualEncoderUNetFactory().Describe(TinyPlan.Of(3), 0));

        Assert.Contains("stage 0 has no num_blocks_encoder", fault.Message, StringComparison.Ordinal);
        Assert.Contains("ExperimentPlanner3DFabiansResUNet_v21", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongArguments_AreToldAllAtOnce()
    {
        ResidualEncoderUNetArguments arguments = NetworkFactory.Arguments<ResidualEncoderUNetArguments>(Description) with
        {
            PoolKernels = [[2, 2, 2], [2, 2, 2], [2, 2, 2]],
            EncoderBlocks = [1, 2],
            DecoderBlocks = [1, 0],
        };

        Assert.Equal(3, arguments.Faults().Count());
    }

    private static string[] Block(string name, int inputs, int outputs, string kernel) =>
    [
        $"{name}.conv1.weight [{outputs}, {inputs}, {kernel}]", $"{name}.conv1.bias [{outputs}]", $"{name}.norm1.weight [{outputs}]", $"{name}.norm1.bias [{outputs}]",
        $"{name}.conv2.weight [{outputs}, {outputs}, {kernel}]", $"{name}.conv2.bias [{outputs}]", $"{name}.norm2.weight [{outputs}]", $"{name}.norm2.bias [{outputs}]",
    ];
}
