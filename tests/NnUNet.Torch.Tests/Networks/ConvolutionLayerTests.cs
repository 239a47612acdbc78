using NnUNet.Torch.Networks;
using NnUNet.Torch.Networks.Fused;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Networks;

/// <summary>Convolutions in 16 bits against the same ones in float32, where images are small: there lie the library's faults.</summary>
public sealed class ConvolutionLayerTests : LeakCheckedTest
{
    private static readonly int[] Edges = [1, 2, 3, 4, 7];

    public static TheoryData<int[], int[]> Kernels => new()
    {
        { [3, 3, 3], [1, 1, 1] },
        { [3, 3, 3], [2, 2, 2] },
        { [3, 3, 3], [1, 2, 2] },
        { [1, 3, 3], [1, 1, 1] },
        { [1, 3, 3], [1, 2, 2] },
        { [1, 1, 1], [1, 1, 1] },
        { [3, 3], [1, 1] },
        { [3, 3], [2, 2] },
        { [1, 1], [1, 1] },
    };

    public static TheoryData<int[]> Magnifications => new([[2, 2, 2], [1, 2, 2], [2, 2]]);

    [Theory]
    [MemberData(nameof(Kernels))]
    public void InBFloat16_ResultAndGradientsAreNearThoseOfFloat32_ForEverySize(int[] kernel, int[] stride)
    {
        using ConvolutionLayer layer = new(16, 32, kernel, stride, bias: true);

        Assert.All(Sizes(kernel.Length), size => Assert.All(Differences(layer, [2, 16, .. size]), static d => Assert.InRange(d, 0, 0.03)));
    }

    [Theory]
    [MemberData(nameof(Magnifications))]
    public void MagnifyingInBFloat16_ResultAndGradientsAreNearThoseOfFloat32_ForEverySize(int[] stride)
    {
        using ConvolutionLayer layer = new(32, 16, stride, stride, bias: false, transposed: true);

        Assert.All(Sizes(stride.Length), size => Assert.All(Differences(layer, [2, 32, .. size]), static d => Assert.InRange(d, 0, 0.03)));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void InBFloat16_ResultAndGradientsAreNearThoseOfFloat32_ForEveryNumberOfFeatures(bool transposed, bool featuresLast)
    {
        int[] features = [1, 2, 3, 4, 8, 12, 15, 16, 20, 24, 32, 48];
        int[][] kernels = transposed ? [[2, 2, 2], [2, 2]] : [[3, 3, 3], [1, 1, 1], [3, 3]];
        Assert.All(from kernel in kernels from inputs in features from outputs in features select (kernel, inputs, outputs), at =>
        {
            using ConvolutionLayer layer = new(at.inputs, at.outputs, at.kernel, transposed ? at.kernel : [.. at.kernel.Select(static _ => 1)], bias: true, transposed);
            long[] shape = [2, at.inputs, .. at.kernel.Select(static _ => 6L)];

            // No network asks for the gradient of an image of one channel. Gradients of few biases are sums in which much cancels out.
            double[] differences = Differences(layer, shape, featuresLast);
            Assert.InRange(differences[0], 0, 0.03);
            if (at.inputs > 1) Assert.InRange(differences[1], 0, 0.03);
            Assert.InRange(differences[2], 0, 0.03);
            Assert.InRange(differences[3], 0, 0.1);
            Assert.InRange(ForwardDifference(layer, shape, featuresLast), 0, 0.03);
        });
    }

    private static IEnumerable<long[]> Sizes(int axes) =>
        from z in axes == 3 ? Edges : [0]
        from y in Edges
        select (long[])(axes == 3 ? [z, y, y] : [y, y]);

    /// <summary>Relative differences of the result and of the gradients of the image, the weight and the bias.</summary>
    private static double[] Differences(ConvolutionLayer layer, long[] shape, bool featuresLast = false)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(5);
        layer.InitializeHe(0.01, generator);
        Tensor image = Image(shape, featuresLast, generator);
        Tensor[] exact = Run(layer, image, null);
        FillMemory();
        Tensor[] rough = Run(layer, image, ScalarType.BFloat16);
        return [.. exact.Zip(rough, Difference)];
    }

    /// <summary>Relative difference of the result where no gradients are asked for, which other kernels compute.</summary>
    private static double ForwardDifference(ConvolutionLayer layer, long[] shape, bool featuresLast)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        using Generator generator = new(6);
        Tensor image = Image(shape, featuresLast, generator);
        layer.ComputeType = null;
        Tensor exact = layer.call(image);
        FillMemory();
        layer.ComputeType = ScalarType.BFloat16;
        return Difference(exact, layer.call(image));
    }

    private static Tensor Image(long[] shape, bool featuresLast, Generator generator)
    {
        Tensor image = zeros(shape).normal_(0, 1, generator);
        return featuresLast ? ChannelsLast.Of(image) : image;
    }

    private static double Difference(Tensor exact, Tensor rough) => ((rough - exact).norm() / (exact.norm() + 1e-6)).to_type(ScalarType.Float64).item<double>();

    private static Tensor[] Run(ConvolutionLayer layer, Tensor image, ScalarType? type)
    {
        layer.ComputeType = type;
        layer.zero_grad(set_to_none: true);
        Tensor input = image.clone().requires_grad_();
        Tensor output = layer.call(input);
        (output * output.detach()).sum().backward();
        return [output.detach(), input.grad!, .. layer.parameters().Select(static p => p.grad!)];
    }

    /// <summary>What a kernel reads without having written it is no number, with some luck.</summary>
    private static void FillMemory()
    {
        using DisposeScope scope = NewDisposeScope();
        for (long count = 64; count < 100_000; count *= 2) full([count], float.NaN);
    }
}
