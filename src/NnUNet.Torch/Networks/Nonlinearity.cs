using NnUNet.Imaging.Foundation;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>A kind of nonlinearity by name, a point of extension of the networks.</summary>
public abstract class Nonlinearity
{
    /// <summary>Applies it to a tensor of any shape; may overwrite the input, which nothing else needs.</summary>
    /// <param name="input">The normalised features, owned by the caller.</param>
    /// <param name="settings">What the network's description says.</param>
    public abstract Tensor Apply(Tensor input, NonlinearitySettings settings);
}

/// <summary>x for positive x, a small multiple of x for negative x.</summary>
[CatalogName("LeakyReLU")]
public sealed class LeakyRelu : Nonlinearity
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor input, NonlinearitySettings settings) => input.leaky_relu_(settings.NegativeSlope);
}
