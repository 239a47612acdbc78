using System.Globalization;
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
    private readonly ConvolutionFollower[] _followers = new ConvolutionFollower[2];
    private readonly nn.Module<Tensor, Tensor>[] _skip = [];
    private readonly ConvolutionFollower? _skipFollower;

    public ResidualBlock(ConvolutionStyle style, int inputs, int outputs, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride)
        : base(nameof(ResidualBlock))
    {
        int[] ones = [.. Enumerable.Repeat(1, kernel.Length)];
        _convolutions =
        [
            new ConvolutionLayer(inputs, outputs, kernel, stride, bias: true) { StaysInComputeType = true },
            new ConvolutionLayer(outputs, outputs, kernel, ones, bias: true) { StaysInComputeType = true },
        ];
        for (int i = 0; i < 2; i++)
        {
            string number = (i + 1).ToString(CultureInfo.InvariantCulture);
            nn.Module<Tensor, Tensor> norm = style.CreateNorm(outputs, kernel.Length);
            _followers[i] = new ConvolutionFollower(style, norm);
            register_module("conv" + number, _convolutions[i]);
            register_module("norm" + number, norm);
        }

        if (inputs != outputs || stride.ContainsAnyExcept(1))
        {
            nn.Module<Tensor, Tensor> norm = style.CreateNorm(outputs, kernel.Length);
            _skip = [new ConvolutionLayer(inputs, outputs, ones, stride, bias: false) { StaysInComputeType = true }];
            _skipFollower = new ConvolutionFollower(style, norm);
            register_module("downsample_skip", new ModuleChain(_skip[0], norm));
        }
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor middle = _followers[0].Apply(_convolutions[0].call(input));
        Tensor around = _skipFollower is null ? input : _skipFollower.Normalize(_skip[0].call(input));
        return _followers[1].ApplyToSum(_convolutions[1].call(middle), around).MoveToOuterDisposeScope();
    }
}
