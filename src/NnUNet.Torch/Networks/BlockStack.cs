using NnUNet.Torch.Onnx;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>Blocks of convolutions one after the other, the first of which may stride. Names: <c>N.…</c> under the style's name of lists.</summary>
/// <remarks>
/// Source: nnunet/network_architecture/generic_UNet.py, StackedConvLayers;
/// nnunet/network_architecture/custom_modules/conv_blocks.py, ResidualLayer.
/// </remarks>
internal sealed class BlockStack : nn.Module<Tensor, Tensor>, IOnnxPart
{
    // In an array, since TorchSharp registers module fields by itself, under the field's name.
    private readonly nn.Module<Tensor, Tensor>[] _chain;

    private BlockStack(BlockMaker make, ConvolutionStyle style, int inputs, int outputs, int count, ReadOnlySpan<int> kernel, ReadOnlySpan<int> firstStride)
        : base(nameof(BlockStack))
    {
        int[] ones = NetworkGeometry.Uniform(1, kernel.Length);
        nn.Module<Tensor, Tensor>[] blocks = new nn.Module<Tensor, Tensor>[count];
        for (int i = 0; i < count; i++) blocks[i] = make(style, i == 0 ? inputs : outputs, outputs, kernel, i == 0 ? firstStride : ones);

        _chain = [new ModuleChain(blocks)];
        register_module(style.StackName, _chain[0]);
    }

    private delegate nn.Module<Tensor, Tensor> BlockMaker(ConvolutionStyle style, int inputs, int outputs, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride);

    /// <summary>Plain convolutions, each with normalisation and nonlinearity.</summary>
    public static BlockStack OfConvolutions(ConvolutionStyle style, int inputs, int outputs, int count, ReadOnlySpan<int> kernel, ReadOnlySpan<int> firstStride) =>
        new(static (style, inputs, outputs, kernel, stride) => new ConvolutionBlock(style, inputs, outputs, kernel, stride), style, inputs, outputs, count, kernel, firstStride);

    /// <summary>Residual blocks.</summary>
    public static BlockStack OfResidualBlocks(ConvolutionStyle style, int inputs, int outputs, int count, ReadOnlySpan<int> kernel, ReadOnlySpan<int> firstStride) =>
        new(static (style, inputs, outputs, kernel, stride) => new ResidualBlock(style, inputs, outputs, kernel, stride), style, inputs, outputs, count, kernel, firstStride);

    public override Tensor forward(Tensor input) => _chain[0].call(input);

    /// <inheritdoc/>
    public string WriteOnnx(OnnxGraph graph, string input) => graph.Write(_chain[0], input);
}

/// <summary>A convolution, its normalisation and the nonlinearity, the last two in either order.</summary>
/// <remarks>Source: nnunet/network_architecture/generic_UNet.py, ConvDropoutNormNonlin and ConvDropoutNonlinNorm without dropout.</remarks>
internal sealed class ConvolutionBlock : nn.Module<Tensor, Tensor>, IOnnxPart
{
    private readonly NormalizedConvolution _convolution;

    public ConvolutionBlock(ConvolutionStyle style, int inputs, int outputs, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride)
        : base(nameof(ConvolutionBlock))
    {
        _convolution = new NormalizedConvolution(style, inputs, outputs, kernel, stride, style.Bias);
        register_module("conv", _convolution.Convolution);
        register_module(style.NormName, _convolution.Norm);
    }

    public override Tensor forward(Tensor input) => _convolution.Apply(input);

    /// <inheritdoc/>
    public string WriteOnnx(OnnxGraph graph, string input) => _convolution.WriteOnnx(graph, input);
}
