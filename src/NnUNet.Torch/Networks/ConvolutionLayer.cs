using NnUNet.Torch.Networks.Fused;
using NnUNet.Torch.Onnx;
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
/// is cast to float32 unless <see cref="StaysInComputeType"/>. What the CPU's kernels get wrong is left aside: images of fewer
/// voxels than the kernel along an axis, and features that neither fill the kernels' blocks nor are even in number, are computed in float32;
/// features that do not fill the blocks enter in the layout in which they need not.
/// </remarks>
internal sealed class ConvolutionLayer : nn.Module<Tensor, Tensor>, IOnnxPart
{
    // Features that do not lie last are computed in blocks of so many. Of a block that is not full oneDNN 3.7 does not clear the rest:
    // in float32 what is not finite there spoils the result, in bfloat16 (AVX512-BF16) anything does. Measured by the tests of this class.
    private const int FeatureBlock = 16;

    private readonly int _inputs, _outputs;
    private readonly bool _fillsBlocks, _isPointwise;
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
        (_inputs, _outputs, _transposed) = (inputs, outputs, transposed);
        _fillsBlocks = !transposed && inputs % FeatureBlock == 0 && outputs % FeatureBlock == 0; // transposed, blocks of 48 are wrong as well
        _isPointwise = !kernel.ContainsAnyExcept(1);
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
        using DisposeScope scope = NewDisposeScope();
        bool lays = input.device_type == DeviceType.CPU && input.dtype != ScalarType.Float64 && !_fillsBlocks && !_isPointwise && !ChannelsLast.Is(input);
        Tensor laid = lays ? ChannelsLast.Of(input) : input;
        ScalarType type = ComputeType is { } narrow && IsRightIn16Bits(laid) ? narrow : wide;
        Tensor result = Convolve(laid.to_type(type), _weight.to_type(type), _bias?.to_type(type));
        if (!StaysInComputeType) result = result.to_type(wide);
        if (lays) result = result.contiguous(); // the layers that follow are faster in the layout that they were given
        return result.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string WriteOnnx(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string[] inputs = _bias is null ? [input, graph.Weight(_weight)] : [input, graph.Weight(_weight), graph.Weight(_bias)];
        return graph.Add(_transposed ? "ConvTranspose" : "Conv", inputs, ("kernel_shape", _weight.shape[2..]), ("strides", _stride), ("pads", (long[])[.. _padding, .. _padding]));
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

    private bool IsRightIn16Bits(Tensor input)
    {
        if (IsTooSmall(input)) return false;
        if (input.device_type != DeviceType.CPU || _fillsBlocks) return true;
        bool forwardOnly = !_transposed && !is_grad_enabled();
        return _inputs % 2 == 0 && (_outputs % 2 == 0 || forwardOnly) && ChannelsLast.Is(input);
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
