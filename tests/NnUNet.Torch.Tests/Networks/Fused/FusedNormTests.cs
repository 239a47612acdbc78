using NnUNet.Torch.Networks.Fused;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Torch.Tests.Networks.Fused;

/// <summary>The fused operation against torch's layers, its plain twin.</summary>
public sealed class FusedNormTests : LeakCheckedTest
{
    private const double Epsilon = 1e-5;
    private const double Slope = 0.01;

    [Theory]
    [InlineData(2, 32, 5, 9, 7)]
    [InlineData(1, 64, 16, 20, 18)]
    [InlineData(3, 96, 2, 1, 5)]
    public void InFloat32_ItEqualsTheLayersForwardAndBackward(long samples, long features, long z, long y, long x)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = ChannelsLast.Of(Random(samples, features, z, y, x));

        (Tensor output, Tensor[] gradients) = Run(input, Fused);
        (Tensor expected, Tensor[] expectedGradients) = Run(input, Exact);

        AssertClose(expected, output, 1e-5);
        for (int i = 0; i < gradients.Length; i++) AssertClose(expectedGradients[i], gradients[i], 2e-5);
    }

    [Fact]
    public void InTwoDimensions_ItEqualsTheLayers()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = ChannelsLast.Of(Random(4, 32, 33, 21));

        (Tensor output, Tensor[] gradients) = Run(input, Fused);
        (Tensor expected, Tensor[] expectedGradients) = Run(input, Exact);

        AssertClose(expected, output, 1e-5);
        for (int i = 0; i < gradients.Length; i++) AssertClose(expectedGradients[i], gradients[i], 2e-5);
    }

    // bfloat16 has 8 bits: the layers compute in float32 between casts, and so does the fused operation.
    [Fact]
    public void InBFloat16_ItEqualsTheLayersBetweenCasts()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = ChannelsLast.Of(Random(2, 64, 6, 11, 13).to_type(ScalarType.BFloat16));

        (Tensor output, Tensor[] gradients) = Run(input, Fused);
        (Tensor expected, Tensor[] expectedGradients) = Run(input, static (t, w, b) => Layers(t.to_type(ScalarType.Float32), w, b).to_type(ScalarType.BFloat16));

        Assert.Equal(ScalarType.BFloat16, output.dtype);
        Assert.True(ChannelsLast.Is(output));
        AssertClose(expected, output, 0.004);
        for (int i = 0; i < gradients.Length; i++) AssertClose(expectedGradients[i], gradients[i], 0.004);
    }

    [Fact]
    public void WithoutGradients_ItComputesTheSameInTheInputsMemory()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = ChannelsLast.Of(Random(2, 64, 6, 11, 13));
        Tensor kept = input.clone();

        (Tensor output, _) = Run(input, Fused);
        Assert.Equal(Values(kept), Values(input));
        Tensor inPlace = FusedNorm.Apply(input, 1 + (0.2 * Random(64)), 0.3 * Random(64), Epsilon, Slope);

        Assert.Equal(Values(output), Values(inPlace));
        Assert.Equal(Values(output), Values(input));
    }

    [Fact]
    public void WithSlopeOne_ItIsTheNormAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = ChannelsLast.Of(Random(2, 32, 5, 9, 7));

        (Tensor output, Tensor[] gradients) = Run(input, static (t, w, b) => FusedNorm.Apply(t, w, b, Epsilon, 1));
        (Tensor expected, Tensor[] expectedGradients) = Run(input, static (t, w, b) => F.group_norm(t, t.shape[1], w, b, Epsilon));

        AssertClose(expected, output, 1e-5);
        for (int i = 0; i < gradients.Length; i++) AssertClose(expectedGradients[i], gradients[i], 2e-5);
    }

    [Fact]
    public void MeansFarFromZero_LoseNoDigits()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = ChannelsLast.Of(Random(1, 32, 8, 16, 16) + 1000);
        Tensor exact = input.to_type(ScalarType.Float64);

        Tensor output = FusedNorm.Apply(input, ones(32), zeros(32), Epsilon, 1);

        Tensor expected = (exact - exact.mean([2L, 3, 4], keepdim: true)) / (exact.var([2L, 3, 4], unbiased: false, keepdim: true) + Epsilon).sqrt();
        Assert.InRange((output - expected).abs().max().item<double>(), 0, 2e-4); // a thousandth of a step of float32 at 1000 is lost already in the input
    }

    [Fact]
    public void NumberOfThreads_ChangesNothing()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = ChannelsLast.Of(Random(2, 32, 20, 30, 20));
        int threads = get_num_threads();

        set_num_threads(1);
        (Tensor one, Tensor[] oneGradients) = Run(input, Fused);
        set_num_threads(3);
        (Tensor three, Tensor[] threeGradients) = Run(input, Fused);
        set_num_threads(threads);

        Assert.Equal(one.flatten().data<float>().ToArray(), three.flatten().data<float>().ToArray());
        Assert.All(oneGradients.Zip(threeGradients), static pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
    }

    [Fact]
    public void OtherLayoutsAndWidths_DoNotFit()
    {
        using DisposeScope scope = NewDisposeScope();

        Assert.True(FusedNorm.Fits(ChannelsLast.Of(Random(2, 32, 4, 4, 4))));
        Assert.False(FusedNorm.Fits(Random(2, 32, 4, 4, 4)));
        Assert.False(FusedNorm.Fits(ChannelsLast.Of(Random(2, 30, 4, 4, 4))));
        Assert.False(FusedNorm.Fits(ChannelsLast.Of(Random(2, 32, 4, 4, 4).to_type(ScalarType.Float64))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Layout_KeepsTheValues(long features)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor plain = Random(2, features, 3, 4, 5);

        Tensor last = ChannelsLast.Of(plain);

        Assert.True(ChannelsLast.Is(last));
        Assert.True(plain.equal(last).all().item<bool>());
    }

    private static Tensor Random(params long[] shape)
    {
        using Generator generator = new(7, CPU);
        return randn(shape, generator: generator);
    }

    private static Tensor Fused(Tensor input, Tensor weight, Tensor bias) => FusedNorm.Apply(input, weight, bias, Epsilon, Slope);

    private static Tensor Layers(Tensor input, Tensor weight, Tensor bias) =>
        F.leaky_relu(F.group_norm(input, input.shape[1], weight, bias, Epsilon), Slope);

    private static Tensor Exact(Tensor input, Tensor weight, Tensor bias) =>
        Layers(input.to_type(ScalarType.Float64), weight.to_type(ScalarType.Float64), bias.to_type(ScalarType.Float64));

    /// <summary>The output, and the gradients of input, scale and shift for one gradient of the output.</summary>
    private static (Tensor Output, Tensor[] Gradients) Run(Tensor input, Func<Tensor, Tensor, Tensor, Tensor> operation)
    {
        Tensor leaf = input.detach().alias().requires_grad_();
        Tensor weight = (1 + (0.2 * Random(input.shape[1]))).requires_grad_();
        Tensor bias = (0.3 * Random(input.shape[1])).requires_grad_();
        Tensor output = operation(leaf, weight, bias);
        Tensor gradient = ChannelsLast.Of(Random(input.shape).flip(1).to_type(output.dtype));
        output.backward([gradient]);
        return (output.detach(), [leaf.grad!, weight.grad!, bias.grad!]);
    }

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Tensor wanted = expected.to_type(ScalarType.Float64);
        double difference = (wanted - actual.to_type(ScalarType.Float64)).abs().max().item<double>() / wanted.abs().max().item<double>();
        Assert.InRange(difference, 0, tolerance);
    }
}
