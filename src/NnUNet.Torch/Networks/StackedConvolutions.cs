using NnUNet.Imaging.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>Some convolutions with normalisation and nonlinearity, the first of which may stride. Names: <c>blocks.N.…</c>.</summary>
/// <remarks>Source: nnunet/network_architecture/generic_UNet.py, StackedConvLayers.</remarks>
internal sealed class StackedConvolutions : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>[] _blocks;

    public StackedConvolutions(
        GenericUNetArguments arguments, int inputs, int outputs, int count, ReadOnlySpan<int> kernel, ReadOnlySpan<int> firstStride)
        : base(nameof(StackedConvolutions))
    {
        int[] ones = [.. Enumerable.Repeat(1, kernel.Length)];
        nn.Module<Tensor, Tensor>[] blocks = new nn.Module<Tensor, Tensor>[count];
        for (int i = 0; i < count; i++)
        {
            blocks[i] = new ConvolutionBlock(arguments, i == 0 ? inputs : outputs, outputs, kernel, i == 0 ? firstStride : ones);
        }

        ModuleChain chain = new(blocks);
        _blocks = [chain];
        register_module("blocks", chain);
    }

    public override Tensor forward(Tensor input) => _blocks[0].call(input);
}

/// <summary>A convolution, its normalisation (<c>instnorm</c>, whatever it is) and the nonlinearity.</summary>
/// <remarks>Source: nnunet/network_architecture/generic_UNet.py, ConvDropoutNormNonlin without dropout.</remarks>
internal sealed class ConvolutionBlock : nn.Module<Tensor, Tensor>
{
    // In arrays, since TorchSharp registers module fields by itself, under the field's name.
    private readonly nn.Module<Tensor, Tensor>[] _layers;
    private readonly Nonlinearity _nonlinearity;
    private readonly NonlinearitySettings _settings;

    public ConvolutionBlock(GenericUNetArguments arguments, int inputs, int outputs, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride)
        : base(nameof(ConvolutionBlock))
    {
        _settings = arguments.Nonlinearity;
        _nonlinearity = Catalog<Nonlinearity>.Create(_settings.Name);
        _layers =
        [
            new ConvolutionLayer(inputs, outputs, kernel, stride, bias: true),
            Catalog<Normalization>.Create(arguments.Normalization.Name).Create(outputs, kernel.Length, arguments.Normalization),
        ];
        register_module("conv", _layers[0]);
        register_module("instnorm", _layers[1]);
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor normalized = _layers[1].call(_layers[0].call(input));
        return _nonlinearity.Apply(normalized, _settings).MoveToOuterDisposeScope();
    }
}
