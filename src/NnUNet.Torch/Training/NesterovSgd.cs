using NnUNet.Imaging.Foundation;
using NnUNet.Torch.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NnUNet.Torch.Training;

/// <summary>Stochastic gradient descent with Nesterov momentum, weight decay and a limit on the gradients' total norm.</summary>
/// <remarks>
/// As torch.optim.SGD(nesterov=True) after torch.nn.utils.clip_grad_norm_, in this order of operations. Parameters without a
/// gradient are left alone entirely: no decay, no momentum. Momentum buffers exist from a parameter's first step on.
/// Source: nnunet/training/network_training/nnUNetTrainerV2.py, run_iteration and initialize_optimizer_and_scheduler.
/// </remarks>
public sealed class NesterovSgd : IDisposable
{
    private readonly nn.Module _network;
    private readonly Dictionary<string, Tensor> _momenta = new(StringComparer.Ordinal);

    /// <summary>An optimiser over a network's parameters, which stay the network's own.</summary>
    public NesterovSgd(nn.Module network) => _network = network;

    /// <summary>Share of the momentum that a step keeps.</summary>
    /// <value>0.99.</value>
    public double Momentum { get; set; } = 0.99;

    /// <summary>Share of a weight that is added to its gradient.</summary>
    /// <value>3e-5.</value>
    public double WeightDecay { get; init; } = 3e-5;

    /// <summary>Largest total norm of all gradients; they are scaled down to it.</summary>
    /// <value>12.</value>
    public double MaxNorm { get; init; } = 12;

    /// <summary>The momentum buffers by parameter name; the optimiser owns them.</summary>
    public IReadOnlyDictionary<string, Tensor> Momenta => _momenta;

    /// <summary>Takes one step along the gradients that the parameters hold, and leaves those gradients changed.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <returns>The gradients' total norm before clipping. Where it is not finite, nothing was changed.</returns>
    public double Step(double rate)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        List<(string Name, Parameter Parameter, Tensor Gradient)> all = [];
        foreach ((string name, Parameter parameter) in _network.named_parameters())
        {
            if (parameter.grad is { } gradient) all.Add((name, parameter, gradient));
        }

        if (all.Count == 0) throw new InvalidOperationException("no parameter has a gradient");

        double norm = stack(all.Select(static p => p.Gradient.norm())).norm().to_type(float64).item<double>();
        if (!double.IsFinite(norm)) return norm;

        double scale = MaxNorm / (norm + 1e-6);
        foreach ((string name, Parameter parameter, Tensor gradient) in all)
        {
            using DisposeScope stepScope = NewDisposeScope();
            if (scale < 1) gradient.mul_(scale);
            gradient.add_(parameter, alpha: WeightDecay);
            if (_momenta.TryGetValue(name, out Tensor? momentum)) momentum.mul_(Momentum).add_(gradient);
            else _momenta[name] = momentum = gradient.clone().DetachFromDisposeScope();
            parameter.add_(gradient.add_(momentum, alpha: Momentum), alpha: -rate);
        }

        return norm;
    }

    /// <summary>Forgets all gradients, so that parameters which get none in the next pass have none.</summary>
    public void ZeroGradients() => _network.zero_grad(set_to_none: true);

    /// <summary>Puts stored momentum in place of what there is; names that are not given start without.</summary>
    /// <param name="where">The file, for messages.</param>
    /// <param name="momenta">Name, shape and values of each.</param>
    /// <exception cref="DescribedException">A name is no parameter's, or a shape is another.</exception>
    public void LoadMomenta(string where, IReadOnlyList<NamedWeight> momenta)
    {
        CheckMomenta(where, momenta);
        Reset();
        using IDisposable noGrad = no_grad();
        Dictionary<string, Parameter> parameters = Parameters();
        foreach (NamedWeight momentum in momenta)
        {
            using DisposeScope scope = NewDisposeScope();
            Parameter parameter = parameters[momentum.Name];
            Tensor values = from_array(momentum.Read()).reshape(parameter.shape);
            _momenta[momentum.Name] = zeros_like(parameter).copy_(values).DetachFromDisposeScope();
        }
    }

    /// <summary>Forgets all momentum.</summary>
    public void Reset()
    {
        foreach (Tensor momentum in _momenta.Values) momentum.Dispose();
        _momenta.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Reset();

    /// <summary>Checks that each name is a parameter's and has its shape.</summary>
    internal void CheckMomenta(string where, IReadOnlyList<NamedWeight> momenta)
    {
        Dictionary<string, Parameter> parameters = Parameters();
        foreach (NamedWeight momentum in momenta)
        {
            if (!parameters.TryGetValue(momentum.Name, out Parameter? parameter) || !parameter.shape.AsSpan().SequenceEqual(momentum.Shape.AsSpan()))
            {
                throw new DescribedException(where, $"the momentum {momentum.Name} {momentum.Shape} fits no parameter of the network", "continue with the model that wrote this checkpoint");
            }
        }
    }

    private Dictionary<string, Parameter> Parameters() =>
        _network.named_parameters().ToDictionary(static p => p.name, static p => p.parameter, StringComparer.Ordinal);
}
