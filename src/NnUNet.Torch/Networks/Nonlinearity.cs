using NnUNet.Foundation;
using NnUNet.Torch.Onnx;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Torch.Networks;

/// <summary>A kind of nonlinearity by name, a point of extension of the networks.</summary>
public abstract class Nonlinearity
{
    /// <summary>Applies it to a tensor of any shape; may overwrite the input, which nothing else needs, and may return it.</summary>
    /// <param name="input">The features, owned by the caller.</param>
    /// <param name="settings">What the network's description says.</param>
    public abstract Tensor Apply(Tensor input, NonlinearitySettings settings);

    /// <summary>Adds what it does as operations of ONNX.</summary>
    /// <param name="graph">Takes them.</param>
    /// <param name="input">The name of the features that come in.</param>
    /// <param name="settings">What the network's description says.</param>
    /// <returns>The name of those that go out.</returns>
    /// <exception cref="DescribedException">It does not say so: the default.</exception>
    public virtual string WriteOnnx(OnnxGraph graph, string input, NonlinearitySettings settings) => throw OnnxGraph.Unknown($"nonlinearity {settings?.Name}");
}

/// <summary>x for positive x, a small multiple of x for negative x.</summary>
[CatalogName(Name)]
public sealed class LeakyRelu : Nonlinearity
{
    internal const string Name = "LeakyReLU";

    /// <inheritdoc/>
    public override Tensor Apply(Tensor input, NonlinearitySettings settings) => input.LeakyReluInPlace(settings.NegativeSlope);

    /// <inheritdoc/>
    public override string WriteOnnx(OnnxGraph graph, string input, NonlinearitySettings settings) => graph.Add("LeakyRelu", [input], ("alpha", (float)settings.NegativeSlope));
}

/// <summary>x for positive x, else 0.</summary>
[CatalogName("ReLU")]
public sealed class Relu : Nonlinearity
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor input, NonlinearitySettings settings) => input.relu_();

    /// <inheritdoc/>
    public override string WriteOnnx(OnnxGraph graph, string input, NonlinearitySettings settings) => graph.Add("Relu", [input]);
}

/// <summary>x times the probability that a standard normal number is below x.</summary>
/// <remarks>Source: nnUNetTrainerV2_GeLU.py: torch's gelu in its exact form.</remarks>
[CatalogName("GeLU")]
public sealed class Gelu : Nonlinearity
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor input, NonlinearitySettings settings) => F.gelu(input);

    /// <inheritdoc/>
    public override string WriteOnnx(OnnxGraph graph, string input, NonlinearitySettings settings)
    {
        string error = graph.Add("Erf", [graph.Add("Mul", [input, graph.Constant([(float)Math.Sqrt(0.5)])])]);
        string twice = graph.Add("Mul", [input, graph.Add("Add", [error, graph.Constant([1f])])]);
        return graph.Add("Mul", [twice, graph.Constant([0.5f])]);
    }
}

/// <summary>x times the hyperbolic tangent of log(1 + exp x).</summary>
/// <remarks>Source: nnunet/network_architecture/custom_modules/mish.py.</remarks>
[CatalogName("Mish")]
public sealed class Mish : Nonlinearity
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor input, NonlinearitySettings settings)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor softplus = F.logsigmoid(input.neg()).neg(); // log(1 + exp x); torch's softplus has scalars that may be freed while they are read
        return (input * softplus.tanh()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override string WriteOnnx(OnnxGraph graph, string input, NonlinearitySettings settings) => graph.Add("Mul", [input, graph.Add("Tanh", [graph.Add("Softplus", [input])])]);
}

/// <summary>x itself: for normalisations that bring a nonlinearity of their own.</summary>
[CatalogName("Identity")]
public sealed class NoNonlinearity : Nonlinearity
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor input, NonlinearitySettings settings) => input;

    /// <inheritdoc/>
    public override string WriteOnnx(OnnxGraph graph, string input, NonlinearitySettings settings) => input;
}
