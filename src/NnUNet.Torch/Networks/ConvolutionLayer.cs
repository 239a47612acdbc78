using NnUNet.Torch.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Torch.Networks;

/// <summary>A convolution or transposed convolution in 2D or 3D with parameters <c>weight</c> and, if wanted, <c>bias</c>.</summary>
/// <remarks>
/// One door for all convolutions: where <see cref="ComputeType"/> is set, input and parameters are cast here, and the result
/// is cast to float32 unless <see cref="StaysInComputeType"/>. Images of fewer voxels than the kernel along an
/// axis are computed in float32.
/// </remarks>
internal sealed class ConvolutionLayer : nn.Module<Tensor, Tensor>
{
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly bool _transposed;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    /// <summary>A layer of zeros; the kernel's axes in array order.</summary>
    /// <param name="inputs">Feature maps that come in.</param>
    /// <param name="outputs">Feature maps that go out.</param>
    /// <param name="kernel">Voxels of the kernel: 2 or 3 values; an odd number is padded by half of it, so that the image keeps its size.</param>
    /// <param name="stride">Step (transposed: magnification) per axis.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="transposed">Whether this magnifies; then without padding.</param>
    public ConvolutionLayer(int inputs, int outputs, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride, bool bias, bool transposed = false)
        : base(nameof(ConvolutionLayer))
    {
        _transposed = transposed;
        _stride = Widen(stride);
        _padding = new long[kernel.Length];
        long[] shape = transposed ? [inputs, outputs, .. Widen(kernel)] : [outputs, inputs, .. Widen(kernel)];
        for (int axis = 0; axis < kernel.Length; axis++) _padding[axis] = transposed ? 0 : (kernel[axis] - 1) / 2;

        _weight = NewParameters.Of(zeros(shape));
        register_parameter("weight", _weight);
        if (bias)
        {
            _bias = NewParameters.Of(zeros(outputs));
            register_parameter("bias", _bias);
        }
    }

    /// <summary>The element type to compute in; null computes in the input's type.</summary>
    public ScalarType? ComputeType { get; set; }

    /// <summary>Whether the result stays in the type it was computed in, for a follower that takes it.</summary>
    /// <value>False.</value>
    public bool StaysInComputeType { get; init; }

    /// <summary>Features (B, inputs, …) to (B, outputs, …).</summary>
    public override Tensor forward(Tensor input)
    {
        ScalarType wide = input.dtype.IsOf16Bits() ? ScalarType.Float32 : input.dtype;
        ScalarType type = ComputeType is { } narrow && !IsTooSmall(input) ? narrow : wide;
        using DisposeScope scope = NewDisposeScope();
        Tensor result = Convolve(input.to_type(type), _weight.to_type(type), _bias?.to_type(type));
        if (!StaysInComputeType) result = result.to_type(wide);
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Weights from a normal distribution that keeps the variance of what passes (He et al. 2015), biases 0.</summary>
    /// <param name="slope">Slope of the leaky rectifier for negative values.</param>
    /// <param name="generator">The source of the numbers.</param>
    /// <remarks>Source: nnunet/network_architecture/initialization.py, InitWeights_He; torch.nn.init.kaiming_normal_ (fan in).</remarks>
    public void InitializeHe(double slope, Generator generator)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        long fanIn = _weight.shape[1..].Aggregate(1L, static (product, n) => product * n);
        double deviation = Math.Sqrt(2 / (1 + (slope * slope)) / fanIn);
        _weight.copy_(zeros(_weight.shape, dtype: float32).normal_(0, deviation, generator));
        _bias?.zero_();
    }

    private bool IsTooSmall(Tensor input)
    {
        // oneDNN's bfloat16 kernels give wrong weight gradients, and write beside them, for fewer voxels than a kernel has.
        long[] size = input.shape; // (B, inputs, …)
        for (int axis = 0; axis < _padding.Length; axis++)
        {
            if (_padding[axis] > 0 && ((size[axis + 2] - 1) / _stride[axis]) + 1 < (2 * _padding[axis]) + 1) return true;
        }

        return false;
    }

    private Tensor Convolve(Tensor input, Tensor weight, Tensor? bias) => (_transposed, _stride.Length) switch
    {
        (false, 2) => F.conv2d(input, weight, bias, _stride, _padding),
        (false, _) => F.conv3d(input, weight, bias, _stride, _padding),
        (true, 2) => F.conv_transpose2d(input, weight, bias, _stride),
        (true, _) => F.conv_transpose3d(input, weight, bias, _stride),
    };

    private static long[] Widen(ReadOnlySpan<int> values)
    {
        long[] wide = new long[values.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = values[i];
        return wide;
    }
}
