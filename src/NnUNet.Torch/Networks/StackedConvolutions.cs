using NnUNet.Foundation;
using NnUNet.Torch.Networks.Fused;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>What follows the convolutions of a network, and what the original calls the parts.</summary>
/// <param name="Normalization">The normalisation.</param>
/// <param name="Nonlinearity">The nonlinearity.</param>
/// <param name="NonlinearityFirst">Whether the nonlinearity comes before the normalisation.</param>
/// <param name="StackName">Name of the list of convolutions.</param>
/// <param name="NormName">Name of the normalisation, whatever it is.</param>
internal sealed record ConvolutionStyle(
    NormalizationSettings Normalization,
    NonlinearitySettings Nonlinearity,
    bool NonlinearityFirst = false,
    string StackName = "blocks",
    string NormName = "instnorm")
{
    /// <summary>A layer that normalises, or does nothing.</summary>
    public nn.Module<Tensor, Tensor> CreateNorm(int features, int dimensions) =>
        Catalog<Normalization>.Create(Normalization.Name).Create(features, dimensions, Normalization);

    /// <summary>Whether norm and nonlinearity can be one operation on features that lie channels last.</summary>
    public bool CanBeFused => !NonlinearityFirst && Normalization.Name == InstanceNormalization.Name && Nonlinearity.Name == LeakyRelu.Name;

    /// <summary>The input of a network of this style in the layout that is fast for it: channels last where all norms can be fused.</summary>
    /// <param name="input">The images (B, C, …).</param>
    /// <param name="features">All numbers of features that the network has.</param>
    public Tensor Arrange(Tensor input, ReadOnlySpan<int> features)
    {
        bool fused = CanBeFused && FusedNorm.Takes(input.device_type, input.dtype);
        foreach (int width in features) fused &= FusedNorm.Takes(width);
        return fused ? ChannelsLast.Of(input) : input;
    }

    /// <summary>The nonlinearity.</summary>
    public Nonlinearity CreateNonlinearity() => Catalog<Nonlinearity>.Create(Nonlinearity.Name);
}

/// <summary>Some convolutions with normalisation and nonlinearity, the first of which may stride. Names: <c>blocks.N.…</c>.</summary>
/// <remarks>Source: nnunet/network_architecture/generic_UNet.py, StackedConvLayers.</remarks>
internal sealed class StackedConvolutions : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>[] _blocks;

    public StackedConvolutions(
        ConvolutionStyle style, int inputs, int outputs, int count, ReadOnlySpan<int> kernel, ReadOnlySpan<int> firstStride)
        : base(nameof(StackedConvolutions))
    {
        int[] ones = [.. Enumerable.Repeat(1, kernel.Length)];
        nn.Module<Tensor, Tensor>[] blocks = new nn.Module<Tensor, Tensor>[count];
        for (int i = 0; i < count; i++)
        {
            blocks[i] = new ConvolutionBlock(style, i == 0 ? inputs : outputs, outputs, kernel, i == 0 ? firstStride : ones);
        }

        ModuleChain chain = new(blocks);
        _blocks = [chain];
        register_module(style.StackName, chain);
    }

    public override Tensor forward(Tensor input) => _blocks[0].call(input);
}

/// <summary>A convolution, its normalisation and the nonlinearity, the last two in either order.</summary>
/// <remarks>Source: nnunet/network_architecture/generic_UNet.py, ConvDropoutNormNonlin and ConvDropoutNonlinNorm without dropout.</remarks>
internal sealed class ConvolutionBlock : nn.Module<Tensor, Tensor>
{
    // In an array, since TorchSharp registers module fields by itself, under the field's name.
    private readonly nn.Module<Tensor, Tensor>[] _convolution;
    private readonly ConvolutionFollower _follower;

    public ConvolutionBlock(ConvolutionStyle style, int inputs, int outputs, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride)
        : base(nameof(ConvolutionBlock))
    {
        _convolution = [new ConvolutionLayer(inputs, outputs, kernel, stride, bias: true) { StaysInComputeType = true }];
        nn.Module<Tensor, Tensor> norm = style.CreateNorm(outputs, kernel.Length);
        _follower = new ConvolutionFollower(style, norm);
        register_module("conv", _convolution[0]);
        register_module(style.NormName, norm);
    }

    public override Tensor forward(Tensor input)
    {
        using Tensor convolved = _convolution[0].call(input);
        return _follower.Apply(convolved);
    }
}
