using NnUNet.Torch.Networks;
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

    private static IEnumerable<long[]> Sizes(int axes) =>
        from z in axes == 3 ? Edges : [0]
        from y in Edges
        select (long[])(axes == 3 ? [z, y, y] : [y, y]);

    /// <summary>Relative differences of the result and of the gradients of the image, the weight and the bias.</summary>
    private static double[] Differences(ConvolutionLayer layer, long[] shape)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(5);
        layer.InitializeHe(0.01, generator);
        Tensor image = zeros(shape).normal_(0, 1, generator);
        Tensor[] exact = Run(layer, image, null);
        FillMemory();
        Tensor[] rough = Run(layer, image, ScalarType.BFloat16);
        return [.. exact.Zip(rough, static (e, r) => ((r - e).norm() / (e.norm() + 1e-6)).to_type(ScalarType.Float64).item<double>())];
    }

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
