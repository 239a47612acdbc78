using System.Globalization;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>Residual blocks one after the other, the first of which may stride. Names: <c>convs.N.…</c>.</summary>
/// <remarks>Source: nnunet/network_architecture/custom_modules/conv_blocks.py, ResidualLayer.</remarks>
internal sealed class ResidualBlocks : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>[] _chain;

    public ResidualBlocks(ConvolutionStyle style, int inputs, int outputs, int count, ReadOnlySpan<int> kernel, ReadOnlySpan<int> firstStride)
        : base(nameof(ResidualBlocks))
    {
        int[] ones = [.. Enumerable.Repeat(1, kernel.Length)];
        nn.Module<Tensor, Tensor>[] blocks = new nn.Module<Tensor, Tensor>[count];
        for (int i = 0; i < count; i++)
        {
            blocks[i] = new ResidualBlock(style, i == 0 ? inputs : outputs, outputs, kernel, i == 0 ? firstStride : ones);
        }

        _chain = [new ModuleChain(blocks)];
        register_module("convs", _chain[0]);
    }

    public override Tensor forward(Tensor input) => _chain[0].call(input);
}

/// <summary>
/// Two convolutions with normalisation and nonlinearity; before the last nonlinearity the input is added, through a
/// strided convolution of its own where its shape is another.
/// </summary>
/// <remarks>Source: nnunet/network_architecture/custom_modules/conv_blocks.py, BasicResidualBlock without dropout.</remarks>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    // In arrays, since TorchSharp registers module fields by itself, under the field's name.
    private readonly nn.Module<Tensor, Tensor>[] _convolutions;
    private readonly nn.Module<Tensor, Tensor>[] _norms;
    private readonly nn.Module<Tensor, Tensor>[] _skip = [];
    private readonly ConvolutionStyle _style;
    private readonly Nonlinearity _nonlinearity;

    public ResidualBlock(ConvolutionStyle style, int inputs, int outputs, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride)
        : base(nameof(ResidualBlock))
    {
        _style = style;
        _nonlinearity = style.CreateNonlinearity();
        int[] ones = [.. Enumerable.Repeat(1, kernel.Length)];
        _convolutions = [new ConvolutionLayer(inputs, outputs, kernel, stride, bias: true), new ConvolutionLayer(outputs, outputs, kernel, ones, bias: true)];
        _norms = [style.CreateNorm(outputs, kernel.Length), style.CreateNorm(outputs, kernel.Length)];
        for (int i = 0; i < 2; i++)
        {
            string number = (i + 1).ToString(CultureInfo.InvariantCulture);
            register_module("conv" + number, _convolutions[i]);
            register_module("norm" + number, _norms[i]);
        }

        if (inputs != outputs || stride.ContainsAnyExcept(1))
        {
            _skip = [new ModuleChain(new ConvolutionLayer(inputs, outputs, ones, stride, bias: false), style.CreateNorm(outputs, kernel.Length))];
            register_module("downsample_skip", _skip[0]);
        }
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor middle = _nonlinearity.Apply(_norms[0].call(_convolutions[0].call(input)), _style.Nonlinearity);
        Tensor output = _norms[1].call(_convolutions[1].call(middle));
        Tensor sum = output.PlusInPlace(_skip.Length > 0 ? _skip[0].call(input) : input);
        return _nonlinearity.Apply(sum, _style.Nonlinearity).MoveToOuterDisposeScope();
    }
}
