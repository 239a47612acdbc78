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
/// <param name="Bias">Whether the convolutions have a bias.</param>
internal sealed record ConvolutionStyle(
    NormalizationSettings Normalization,
    NonlinearitySettings Nonlinearity,
    bool NonlinearityFirst = false,
    string StackName = "blocks",
    string NormName = "instnorm",
    bool Bias = true)
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
