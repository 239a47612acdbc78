using NnUNet.Torch.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>
/// Two convolutions with normalisation and nonlinearity; before the last nonlinearity the input is added, through a
/// strided convolution of its own where its shape is another.
/// </summary>
/// <remarks>Source: nnunet/network_architecture/custom_modules/conv_blocks.py, BasicResidualBlock without dropout.</remarks>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>, IOnnxPart
{
    private readonly NormalizedConvolution _first;
    private readonly NormalizedConvolution _second;
    private readonly NormalizedConvolution? _around;

    public ResidualBlock(ConvolutionStyle style, int inputs, int outputs, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride)
        : base(nameof(ResidualBlock))
    {
        int[] ones = NetworkGeometry.Uniform(1, kernel.Length);
        _first = new NormalizedConvolution(style, inputs, outputs, kernel, stride);
        _second = new NormalizedConvolution(style, outputs, outputs, kernel, ones);
        register_module("conv1", _first.Convolution);
        register_module("norm1", _first.Norm);
        register_module("conv2", _second.Convolution);
        register_module("norm2", _second.Norm);
        if (inputs != outputs || stride.ContainsAnyExcept(1))
        {
            _around = new NormalizedConvolution(style, inputs, outputs, ones, stride, bias: false);
            register_module("downsample_skip", new ModuleChain(_around.Convolution, _around.Norm));
        }
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor middle = _first.Apply(input);
        Tensor around = _around?.Normalize(input) ?? input;
        return _second.ApplyToSum(middle, around).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string WriteOnnx(OnnxGraph graph, string input) =>
        _second.WriteSum(graph, _first.WriteOnnx(graph, input), _around?.WriteNormalized(graph, input) ?? input);
}
