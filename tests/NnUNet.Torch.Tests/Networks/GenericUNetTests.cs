using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Networks;

public sealed class GenericUNetTests : LeakCheckedTest
{
    [SkippableFact]
    public void Parameters_HaveTheOriginalsNamesShapesAndOrder()
    {
        // Given the trained weights in the order of the original's state dict
        GoldenArray[] golden = [.. GoldenArrays.Read("network/weights.npz").Values];

        // When the network is built from its description
        using SegmentationNetwork network = NetworkFactory.Create(GoldenNetwork.Description);

        // Then names, order and shapes are the same
        Assert.Equal(golden.Select(static a => a.Name), NetworkWeights.Of(network).Select(static p => p.Name));
        Assert.Equal(golden.Select(static a => a.Shape.ToValueArray()), NetworkWeights.Of(network).Select(static p => p.Tensor.shape.ToValueArray()));
    }

    [SkippableFact]
    public void Forward_OfTheTrainedNetwork_GivesTheOriginalsLogitsAtAllResolutions()
    {
        // Given the trained network
        IReadOnlyDictionary<string, GoldenArray> golden = GoldenArrays.Read("network/forward_3d_fullres.npz");
        using SegmentationNetwork network = GoldenNetwork.Load();
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();

        // When it sees the golden batch
        Tensor[] outputs = network.call(golden["input"].ToTensor());

        // Then the logits of all three resolutions and the softmax are the golden ones
        Assert.Equal(3, outputs.Length);
        Golden.AssertClose("output_0", golden["output_0"].Values, outputs[0].data<float>().ToArray(), 1e-4);
        Golden.AssertClose("output_1", golden["output_1"].Values, outputs[1].data<float>().ToArray(), 1e-4);
        Golden.AssertClose("output_2", golden["output_2"].Values, outputs[2].data<float>().ToArray(), 1e-4);
        Golden.AssertClose("softmax", golden["softmax_0_case0"].Values, outputs[0][0].softmax(0).data<float>().ToArray(), 1e-5);
    }

    [Fact]
    public void TheFastPath_EqualsThePlainLayersForwardAndBackward() =>
        FastPath.MustEqualThePlainLayers(static nonlinearity => GoldenNetwork.Describe(GoldenNetwork.Arguments with { Nonlinearity = nonlinearity }), [1, 1, 8, 16, 16]);

    [Fact]
    public void Forward_WithoutDeepSupervision_GivesTheFullResolutionOnly()
    {
        // Given a network with its coarser outputs switched off
        using SegmentationNetwork network = NetworkFactory.Create(GoldenNetwork.Description);
        network.DeepSupervision = false;
        using DisposeScope scope = NewDisposeScope();

        // When it sees a batch
        Tensor[] outputs = network.call(zeros([1, 1, 16, 24, 8]));

        // Then one output of the image's size comes back
        Assert.Equal([1, 3, 16, 24, 8], Assert.Single(outputs).shape);
    }

    [Fact]
    public void Network2D_WithUnequalPooling_HasOutputsOfThePooledSizes()
    {
        // Given a 2D network that pools its first axis later
        GenericUNetArguments arguments = GoldenNetwork.Arguments with
        {
            InputChannels = 2,
            MaxFeatures = 480,
            BaseFeatures = 4,
            ConvolutionsPerStage = 3,
            PoolKernels = [[1, 2], [2, 2], [2, 2]],
            ConvolutionKernels = [[1, 3], [3, 3], [3, 3], [3, 3]],
        };
        using SegmentationNetwork network = NetworkFactory.Create(GoldenNetwork.Describe(arguments));
        using DisposeScope scope = NewDisposeScope();

        // When it sees a batch
        Tensor[] outputs = network.call(zeros([2, 2, 16, 32]));

        // Then each output is smaller by its stride
        Assert.Equal([[2, 3, 16, 32], [2, 3, 16, 16], [2, 3, 8, 8]], outputs.Select(static o => o.shape));
        Assert.Equal([[1, 1], [1, 2], [2, 4]], network.OutputStrides);
        Assert.Equal([4, 8], network.Divisor);
    }

    [Fact]
    public void Initialize_WithTheSameSeed_GivesTheSameWeights()
    {
        // Given two networks
        using SegmentationNetwork one = NetworkFactory.Create(GoldenNetwork.Description);
        using SegmentationNetwork two = NetworkFactory.Create(GoldenNetwork.Description);
        using DisposeScope scope = NewDisposeScope();

        // When both are initialised from one seed
        one.Initialize(12345);
        two.Initialize(12345);

        // Then all weights agree, the kernels' deviation is He's, biases are 0 and norms are neutral
        Assert.All(NetworkWeights.Of(one).Zip(NetworkWeights.Of(two)), static pair => Assert.True(Same(pair.First.Tensor, pair.Second.Tensor)));
        Tensor kernel = one.get_parameter("conv_blocks_context.3.0.blocks.0.conv.weight")!;
        Assert.Equal(Math.Sqrt(2 / 1.0001 / (128 * 27)), kernel.std().item<float>(), 1e-4);
        Assert.Equal(0, kernel.mean().item<float>(), 1e-4);
        Assert.Equal(0, one.get_parameter("conv_blocks_context.0.blocks.0.conv.bias")!.abs().max().item<float>());
        Assert.Equal(1, one.get_parameter("conv_blocks_context.0.blocks.0.instnorm.weight")!.min().item<float>());
    }

    [Fact]
    public void Initialize_WithAnotherSeed_GivesOtherWeights()
    {
        // Given a network initialised from one seed
        using SegmentationNetwork network = NetworkFactory.Create(GoldenNetwork.Description);
        using DisposeScope scope = NewDisposeScope();
        network.Initialize(1);
        Tensor before = network.get_parameter("conv_blocks_context.0.blocks.0.conv.weight")!.clone();

        // When it is initialised from another one
        network.Initialize(2);

        // Then the weights differ
        Assert.False(Same(before, network.get_parameter("conv_blocks_context.0.blocks.0.conv.weight")!));
    }

    [Fact]
    public void ConvolutionsInBFloat16_KeepFloat32Logits_NearThoseOfFloat32()
    {
        // Given an initialised network
        using SegmentationNetwork network = NetworkFactory.Create(GoldenNetwork.Description);
        network.Initialize(3);
        network.DeepSupervision = false;
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(4);
        Tensor image = zeros([1, 1, 16, 16, 16]).normal_(0, 1, generator);
        Tensor exact = network.call(image)[0];

        // When its convolutions compute in bfloat16
        network.ConvolutionType = ScalarType.BFloat16;
        Tensor rough = network.call(image)[0];

        // Then the logits are float32 still, and differ by bfloat16's precision only
        Assert.Equal(ScalarType.Float32, rough.dtype);
        Assert.InRange((rough - exact).norm().item<float>() / exact.norm().item<float>(), 1e-5, 0.05);
    }

    [Fact]
    public void Build_FromWrongArguments_TellsAllFaultsAtOnce()
    {
        // Given arguments with three faults
        GenericUNetArguments arguments = GoldenNetwork.Arguments with { Classes = 0, ConvolutionKernels = [[3, 3, 3]], Normalization = new() { Name = "None" } };

        // When the network is built
        DescribedException fault = Assert.Throws<DescribedException>(() => NetworkFactory.Create(GoldenNetwork.Describe(arguments)));

        // Then the message tells them all
        Assert.Equal(
            "network Generic_UNet: num_classes is 0, but must be at least 1 (a region), or 2 (background and one more); "
            + "conv_kernel_sizes has 1 entries, but must have one more than pool_op_kernel_sizes (3); "
            + "norm is None, but there is none of this name: known are BatchNorm, FRN, GroupNorm, Identity, InstanceNorm, InstanceNormWithoutScale; correct the plan.",
            fault.Message);
    }

    [Fact]
    public void Create_OfAnUnknownName_ListsTheKnownOnes()
    {
        CatalogException fault = Assert.Throws<CatalogException>(() => NetworkFactory.Create(GoldenNetwork.Description with { Name = "Generic_UNett" }));

        Assert.Equal("network Generic_UNett: no network of this name is known; where it is one of your own, name its assembly with --plugin; did you mean Generic_UNet? (known are FabiansUNet, Generic_UNet, PlainConvUNet, ResidualEncoderUNet, ResidualUNet).", fault.Message);
    }

    [Fact]
    public void Load_OfWeightsThatDoNotFit_TellsAllNamesAndChangesNothing()
    {
        // Given weights of which one is missing, one is too many and one has another shape
        using SegmentationNetwork network = NetworkFactory.Create(GoldenNetwork.Description);
        List<NamedWeight> weights = [.. NetworkWeights.Of(network).Select(static p => new NamedWeight(
            p.Name, p.Tensor.shape.ToValueArray(), () => throw new InvalidOperationException("must not be read")))];
        weights[0] = weights[0] with { Name = "conv_blocks_localization.0.0.blocks.0.conv.weights" };
        weights[1] = weights[1] with { Shape = [127] };

        // When they are loaded
        DescribedException fault = Assert.Throws<DescribedException>(() => NetworkWeights.Load("model_best.safetensors", network, weights));

        // Then the message tells all three
        Assert.Equal(
            "model_best.safetensors: the weights do not fit the network: 1 missing (conv_blocks_localization.0.0.blocks.0.conv.weight); "
            + "1 not in the network (conv_blocks_localization.0.0.blocks.0.conv.weights); "
            + "1 of another shape (conv_blocks_localization.0.0.blocks.0.conv.bias [127] for [128]); "
            + "use the plans.json that lies beside the weights.",
            fault.Message);
    }

    private static bool Same(Tensor one, Tensor two) => one.data<float>().ToArray().AsSpan().SequenceEqual(two.data<float>().ToArray());
}
