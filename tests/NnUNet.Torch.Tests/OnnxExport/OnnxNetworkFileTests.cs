using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Networks;
using NnUNet.Torch.OnnxExport;
using NnUNet.Torch.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace NnUNet.Torch.Tests.OnnxExport;

/// <summary>Networks as ONNX files, computed by ONNX Runtime.</summary>
public sealed class OnnxNetworkFileTests : LeakCheckedTest
{
    private const double Bound = 1e-4;

    private const string SmallOfVersion2 =
        """
        {"input_channels": 2, "num_classes": 3, "n_stages": 3, "features_per_stage": [4, 6, 8], "conv_op": "torch.nn.Conv3d", "kernel_sizes": 3, "strides": [1, 2, [1, 2, 2]],
         "n_conv_per_stage_decoder": 1, "conv_bias": true, "norm_op": "torch.nn.InstanceNorm3d", "norm_op_kwargs": {"affine": true}, "nonlin": "torch.nn.LeakyReLU"}
        """;

    public static TheoryData<string, int> Kinds { get; } = NetworkContractTests.Rows();

    public static TheoryData<string, string, bool> Layers { get; } = LayerContractTests.Combinations;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EachKindOfNetwork_GivesItsLogits(string name, int dimensions) =>
        AssertSame(Catalog<NetworkFactory>.Create(name).Describe(TinyPlan.For(name, dimensions), 0, extraInputChannels: 1), tiled: false);

    [Theory]
    [MemberData(nameof(Layers))]
    public void EachLayer_GivesWhatItGivesHere(string norm, string nonlinearity, bool nonlinearityFirst)
    {
        foreach (int dimensions in (int[])[2, 3])
        {
            AssertSame(
                GenericUNetArguments.Change(new GenericUNetFactory().Describe(TinyPlan.Of(dimensions), 0), a => a with
                {
                    Normalization = new() { Name = norm, Groups = 4 },
                    Nonlinearity = new() { Name = nonlinearity },
                    NonlinearityFirst = nonlinearityFirst,
                }),
                tiled: true);
        }
    }

    [Theory]
    [InlineData("PlainConvUNet", """{"n_conv_per_stage": 1, "pool": "max", "nonlin": "torch.nn.ReLU", "norm_op": "torch.nn.BatchNorm3d", "conv_bias": false}""")]
    [InlineData("PlainConvUNet", """{"n_conv_per_stage": 2, "pool": "avg", "nonlin": null, "kernel_sizes": [[1, 3, 5], 3, [3, 5, 1]]}""")]
    [InlineData("PlainConvUNet", """{"n_conv_per_stage": 2, "nonlin_first": true, "nonlin": "torch.nn.modules.activation.GELU", "norm_op": null, "norm_op_kwargs": null}""")]
    [InlineData("PlainConvUNet", """{"n_conv_per_stage": 2, "conv_op": "torch.nn.Conv2d", "norm_op": "torch.nn.InstanceNorm2d", "norm_op_kwargs": null, "strides": [[1, 1], [2, 2], [1, 2]]}""")]
    [InlineData("ResidualEncoderUNet", """{"n_blocks_per_stage": 2, "stem_channels": 5, "squeeze_excitation": true}""")]
    [InlineData("ResidualEncoderUNet", """{"n_blocks_per_stage": 2, "block": "BottleneckD", "bottleneck_channels": [2, 3, 4], "pool_type": "avg"}""")]
    [InlineData("ResidualUNet", """{"n_blocks_per_stage": [1, 2, 1], "n_conv_per_stage_decoder": [2, 1]}""")]
    public void NetworksOfVersion2_GiveTheirLogits(string name, string changes)
    {
        JsonObject arguments = (JsonObject)JsonNode.Parse(SmallOfVersion2)!;
        foreach ((string key, JsonNode? value) in (JsonObject)JsonNode.Parse(changes)!) arguments[key] = value?.DeepClone();

        AssertSame(new NetworkDescription { Name = name, Arguments = JsonSerializer.SerializeToElement(arguments), MirrorAxes = [] }, tiled: false);
    }

    [Fact]
    public void ANetworkThatDoesNotSayWhatItDoes_IsRefusedByItsName()
    {
        using TemporaryFolder folder = new();
        using SegmentationNetwork network = new Inference.PointwiseNetwork(2, 1);

        DescribedException refused = Assert.Throws<DescribedException>(() => OnnxNetworkFile.Write(folder["network.onnx"], network, tile: null, "", []));

        Assert.Contains("PointwiseNetwork", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["network.onnx"]));
    }

    [Fact]
    public void ATileThatTheNetworkCannotTake_IsRefused()
    {
        using TemporaryFolder folder = new();
        using SegmentationNetwork network = NetworkFactory.Create(new GenericUNetFactory().Describe(TinyPlan.Of(2), 0));

        DescribedException refused = Assert.Throws<DescribedException>(() => OnnxNetworkFile.Write(folder["network.onnx"], network, [16, 17], "", []));

        Assert.Contains("16 x 17", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatTheModelIs_StandsInTheFile()
    {
        // Given
        using TemporaryFolder folder = new();
        using SegmentationNetwork network = NetworkFactory.Create(new GenericUNetFactory().Describe(TinyPlan.Of(2), 0));

        // When
        OnnxNetworkFile.Write(folder["network.onnx"], network, [16, 32], "a network of a test", [new("licence", "CC0")]);
        using InferenceSession session = new(folder["network.onnx"]);

        // Then
        Assert.Equal([-1, 2, 16, 32], session.InputMetadata[OnnxNetworkFile.Input].Dimensions);
        Assert.Equal([-1, 3, 16, 32], session.OutputMetadata[OnnxNetworkFile.Output].Dimensions);
        Assert.Equal(("a network of a test", "CC0"), (session.ModelMetadata.Description, session.ModelMetadata.CustomMetadataMap["licence"]));
    }

    private static void AssertSame(NetworkDescription description, bool tiled)
    {
        // Given a network that has seen something in training, so that no norm is as it began
        using TemporaryFolder folder = new();
        using SegmentationNetwork network = NetworkFactory.Create(description);
        network.Initialize(7);
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(3, CPU);
        using IDisposable noGrad = no_grad();
        foreach (TorchSharp.Modules.Parameter parameter in network.parameters()) parameter.add_(randn(parameter.shape, generator: generator).mul_(0.05f));
        int[] size = [.. network.Divisor.Select(static n => 2 * n)];
        Tensor images = randn([2, network.InputChannels, .. size.Select(static n => (long)n)], generator: generator);
        network.train();
        network.call(images);
        network.eval();

        // When it is written, and another runtime computes it
        OnnxNetworkFile.Write(folder["network.onnx"], network, tiled ? size : null, "", []);
        using InferenceSession session = new(folder["network.onnx"]);
        DenseTensor<float> input = new(images.data<float>().ToArray(), [.. images.shape.Select(static n => (int)n)]);
        using var outputs = session.Run([NamedOnnxValue.CreateFromTensor(OnnxNetworkFile.Input, input)]);
        DenseTensor<float> actual = outputs.Single().AsTensor<float>().ToDenseTensor();

        // Then the logits are the same
        Tensor expected = network.call(images)[0];
        Assert.Equal(expected.shape.Select(static n => (int)n), actual.Dimensions.ToArray());
        Golden.AssertClose("logits", expected.data<float>().ToArray(), actual.Buffer.ToArray(), Bound);
    }
}
