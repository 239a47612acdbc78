using NnUNet.Torch.Onnx;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks.V2;

/// <summary>Residual blocks one after the other, the first of which may stride.</summary>
/// <remarks>Source: building_blocks/residual.py, StackedResidualBlocks.</remarks>
internal sealed class ResidualStack : nn.Module<Tensor, Tensor>, IOnnxPart
{
    // In an array, since TorchSharp registers module fields by itself, under the field's name.
    private readonly nn.Module<Tensor, Tensor>[] _chain;

    /// <summary>Blocks of zeros; parameters as those of <see cref="BlockWithSkip"/>.</summary>
    public ResidualStack(
        ConvolutionStyle style, int inputs, int outputs, int count, ReadOnlySpan<int> kernel, ReadOnlySpan<int> firstStride, int? bottleneck = null, int? squeezed = null)
        : base(nameof(ResidualStack))
    {
        int[] ones = NetworkGeometry.Uniform(1, kernel.Length);
        nn.Module<Tensor, Tensor>[] blocks = new nn.Module<Tensor, Tensor>[count];
        for (int i = 0; i < count; i++) blocks[i] = new BlockWithSkip(style, i == 0 ? inputs : outputs, outputs, kernel, i == 0 ? firstStride : ones, bottleneck, squeezed);
        _chain = [new ModuleChain(blocks)];
        register_module("blocks", _chain[0]);
    }

    public override Tensor forward(Tensor input) => _chain[0].call(input);

    /// <inheritdoc/>
    public string WriteOnnx(OnnxGraph graph, string input) => graph.Write(_chain[0], input);
}
