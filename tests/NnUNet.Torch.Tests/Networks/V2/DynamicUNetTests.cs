using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Interop.V2;
using NnUNet.Testing;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Networks.V2;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Networks.V2;

public sealed class DynamicUNetTests : LeakCheckedTest
{
    /// <summary>A small residual network of three stages with every option left to its default.</summary>
    private const string Small =
        """
        {"input_channels": 2, "num_classes": 3, "n_stages": 3, "features_per_stage": [4, 6, 8], "conv_op": "torch.nn.Conv3d", "kernel_sizes": 3, "strides": [1, 2, [1, 2, 2]],
         "n_conv_per_stage_decoder": 1, "conv_bias": true, "norm_op": "torch.nn.InstanceNorm3d", "norm_op_kwargs": {"affine": true}, "nonlin": "torch.nn.LeakyReLU"}
        """;

    [SkippableTheory]
    [InlineData("plain_2d")]
    [InlineData("plain_3d")]
    [InlineData("resencm_3d")]
    public void ForwardPass_OfATrainedNetwork_GivesTheOriginalsLogits(string name)
    {
        // Given a trained network and an image
        using SegmentationNetwork network = GoldenNetworksOfVersion2.Load(name);
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        network.eval();
        IReadOnlyDictionary<string, GoldenArray> golden = GoldenArrays.Read($"model_v2/network/{name}/network_golden.npz"), random = GoldenArrays.Read($"model_v2/network/{name}/network_golden_random_small.npz");

        // When it sees them
        Tensor[] logits = network.call(golden["input"].ToTensor());
        Tensor[] others = network.call(random["input"].ToTensor());

        // Then all resolutions' logits are the original's
        AssertClose(golden["logits"], logits[0]);
        AssertClose(golden["deep_supervision_1"], logits[1]);
        AssertClose(golden["deep_supervision_2"], logits[2]);
        AssertClose(random["logits"], others[0]);
    }

    [Theory]
    [InlineData("PlainConvUNet", """{"n_conv_per_stage": [2, 1, 2]}""")]
    [InlineData("PlainConvUNet", """{"n_conv_per_stage": 1, "pool": "max", "nonlin": "torch.nn.ReLU", "norm_op": "torch.nn.BatchNorm3d", "conv_bias": false}""")]
    [InlineData("PlainConvUNet", """{"n_conv_per_stage": 2, "pool": "avg", "nonlin": null, "kernel_sizes": [[1, 3, 5], 3, [3, 5, 1]]}""")]
    [InlineData("PlainConvUNet", """{"n_conv_per_stage": 2, "nonlin_first": true, "nonlin": "torch.nn.modules.activation.GELU", "norm_op": null, "norm_op_kwargs": null}""")]
    [InlineData("PlainConvUNet", """{"n_conv_per_stage": 2, "conv_op": "torch.nn.Conv2d", "norm_op": "torch.nn.InstanceNorm2d", "norm_op_kwargs": null, "strides": [[1, 1], [2, 2], [1, 2]]}""")]
    [InlineData("ResidualEncoderUNet", """{"n_blocks_per_stage": [1, 2, 1]}""")]
    [InlineData("ResidualEncoderUNet", """{"n_blocks_per_stage": 2, "stem_channels": 5, "squeeze_excitation": true, "dropout_op": "torch.nn.Dropout3d", "dropout_op_kwargs": {"p": 0.1}, "stochastic_depth_p": 0.2}""")]
    [InlineData("ResidualEncoderUNet", """{"n_blocks_per_stage": 2, "block": "dynamic_network_architectures.building_blocks.residual.BottleneckD", "bottleneck_channels": [2, 3, 4], "pool_type": "avg"}""")]
    [InlineData("ResidualEncoderUNet", """{"n_blocks_per_stage": 1, "norm_op": "torch.nn.BatchNorm3d", "features_per_stage": 4, "nonlin_kwargs": {"negative_slope": 0.2}}""")]
    [InlineData("ResidualUNet", """{"n_blocks_per_stage": [1, 2, 1], "n_conv_per_stage_decoder": [2, 1]}""")]
    public void Parameters_AreThoseOfTheLayout_AndTheForwardPassGivesNumbers(string name, string changes)
    {
        // Given a network of some arguments
        NetworkDescription description = Describe(name, changes);
        V2Layout layout = V2Layout.Of(V2NetworkArguments.Of(description));

        // When it is built and sees an image
        using SegmentationNetwork network = NetworkFactory.Create(description);
        network.Initialize(1);
        network.eval();
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor[] logits = network.call(rand([1, 2, .. network.Divisor.Select(static n => 2L * n)]));

        // Then it has the parameters of the original's modules, each key of a checkpoint is one of them or an alias, and the logits are numbers
        Assert.Equal(
            layout.Parameters.Select(static p => $"{p.Key} {p.Value}").Order(),
            NetworkWeights.Of(network).Select(static w => $"{w.Name} {w.Tensor.shape.ToValueArray()}").Order());
        Assert.Equal(layout.Keys.Where(static k => k.Key != k.Value).Select(static k => k.Key).Order(), network.Aliases.Keys.Order());
        Assert.Equal(2, logits.Length);
        Assert.All(logits, static o => Assert.True(o.isfinite().all().item<bool>()));
    }

    [Theory]
    [InlineData("PlainConvUNet", """{"n_conv_per_stage": 2, "features_per_stage": 32}""")]
    [InlineData("ResidualEncoderUNet", """{"n_blocks_per_stage": 2, "features_per_stage": [32, 64, 64]}""")]
    [InlineData("ResidualEncoderUNet", """{"n_blocks_per_stage": 2, "features_per_stage": [32, 64, 64], "block": "BottleneckD", "bottleneck_channels": 32, "squeeze_excitation": true}""")]
    [InlineData("ResidualEncoderUNet", """{"n_blocks_per_stage": 1, "features_per_stage": 32, "pool_type": "max"}""")]
    [InlineData("ResidualUNet", """{"n_blocks_per_stage": 1, "features_per_stage": 32}""")]
    public void TheFastPath_EqualsThePlainLayers(string name, string changes)
    {
        // Given a network whose widths the fast path takes, and the same in float64, which the plain layers compute
        NetworkDescription description = Describe(name, changes);
        using SegmentationNetwork fast = NetworkFactory.Create(description), plain = NetworkFactory.Create(description);
        fast.Initialize(5);
        plain.Initialize(5);
        Wake(fast);
        Wake(plain);
        plain.to(ScalarType.Float64);
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(3, CPU);
        Tensor images = randn([2, 2, 8, 16, 16], generator: generator);

        // When both see images
        Tensor[] logits = fast.call(images), expected = plain.call(images.to_type(ScalarType.Float64));
        foreach (Tensor[] outputs in (Tensor[][])[logits, expected]) outputs.Select(static o => o.square().mean()).Aggregate(static (a, b) => a.add(b)).backward();

        // Then logits and gradients are equal within float32's rounding
        Assert.All(expected.Zip(logits), static pair => AssertClose(pair.First, pair.Second, 1e-3));
        Assert.All(
            plain.named_parameters().Zip(fast.named_parameters()).Where(static pair => pair.First.name.EndsWith("weight", StringComparison.Ordinal)),
            static pair => AssertClose(pair.First.parameter.grad!, pair.Second.parameter.grad!, 1e-3));
    }

    [Theory]
    [InlineData("PlainConvUNet", """{"n_conv_per_stage": 2, "features_per_stage": 32, "pool": "avg"}""")]
    [InlineData("ResidualEncoderUNet", """{"n_blocks_per_stage": 2, "features_per_stage": [32, 64, 64], "squeeze_excitation": true}""")]
    public void InBfloat16_TheLogitsAreThoseOfFloat32WithinItsRounding(string name, string changes)
    {
        // Given a network
        using SegmentationNetwork network = NetworkFactory.Create(Describe(name, changes));
        network.Initialize(5);
        Wake(network);
        network.eval();
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(3, CPU);
        Tensor images = randn([1, 2, 8, 16, 16], generator: generator);

        // When it computes in either type
        Tensor expected = network.call(images)[0];
        network.ConvolutionType = ScalarType.BFloat16;
        Tensor actual = network.call(images)[0];

        // Then the logits differ by bfloat16's eight bits through some layers
        Assert.Equal(ScalarType.Float32, actual.dtype);
        AssertClose(expected, actual, 0.1);
    }

    [Fact]
    public void ABlock_AddsItsInput_AveragedWhereItStrides()
    {
        // Given a new block of a stride, which adds nothing to its input
        ConvolutionStyle style = new(new NormalizationSettings(), new NonlinearitySettings { Name = "Identity" });
        using BlockWithSkip block = new(style, 1, 1, [3, 3], [1, 2]);
        using DisposeScope scope = NewDisposeScope();
        block.BeginWithSkipAlone();

        // When it sees an image
        Tensor output = block.call(tensor(new float[] { 1, 3, 5, 9, 0, 2, -4, -6 }, [1, 1, 2, 4]));

        // Then pairs along the last axis are averaged
        Assert.Equal([2, 7, 1, -5], output.data<float>().ToArray());
    }

    [Fact]
    public void Weights_OfFeaturesIn3D_ArePlaceByPlaceAlongTheLastAxis()
    {
        // Given a layer whose squeezed number is the mean, and whose weight is its sigmoid
        using SqueezeLayer layer = new(1, 1, 3);
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            foreach ((string name, TorchSharp.Modules.Parameter parameter) in layer.named_parameters().Where(static p => p.name.EndsWith("weight", StringComparison.Ordinal))) parameter.fill_(1);
        }

        // When it sees two voxels along each of the first axes, with another mean for each place along the last
        Tensor output = layer.call(tensor(new float[] { 0, 4, 4, 0, 0, 4, 4, 0 }, [1, 1, 2, 2, 2]));

        // Then all means are 2, as torch's mean over the first two axes of the image gives it
        float weight = 1 / (1 + MathF.Exp(-2));
        Golden.AssertClose("all means are 2", [0, 4 * weight, 4 * weight, 0, 0, 4 * weight, 4 * weight, 0], output.data<float>().ToArray(), 1e-5);

        // and places apart have weights of their own
        Tensor apart = layer.call(tensor(new float[] { 0, 1, 0, 1, 0, 1, 0, 1 }, [1, 1, 2, 2, 2]));
        Assert.Equal(1 / (1 + MathF.Exp(-1)), apart.data<float>().ToArray()[1], 1e-5f);
        Assert.Equal(0, apart.data<float>().ToArray()[0]);
    }

    private static NetworkDescription Describe(string name, string changes)
    {
        JsonObject arguments = (JsonObject)JsonNode.Parse(Small)!;
        foreach ((string key, JsonNode? value) in (JsonObject)JsonNode.Parse(changes)!) arguments[key] = value?.DeepClone();
        return new NetworkDescription { Name = name, Arguments = JsonSerializer.SerializeToElement(arguments), MirrorAxes = [] };
    }

    /// <summary>Gives norms that begin at zero a scale, so that what is before them is seen.</summary>
    private static void Wake(SegmentationNetwork network)
    {
        using IDisposable noGrad = no_grad();
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in network.named_parameters().Where(static p => p.name.EndsWith("norm.weight", StringComparison.Ordinal))) parameter.fill_(0.75);
    }

    private static void AssertClose(GoldenArray expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.shape);
        Golden.AssertClose(expected.Name, expected.Values, actual.data<float>().ToArray(), 1e-4);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double bound)
    {
        double difference = (expected.to_type(ScalarType.Float64) - actual.to_type(ScalarType.Float64)).abs().max().item<double>();
        Assert.InRange(difference / Math.Max(expected.abs().max().to_type(ScalarType.Float64).item<double>(), 1e-12), 0, bound);
    }
}
