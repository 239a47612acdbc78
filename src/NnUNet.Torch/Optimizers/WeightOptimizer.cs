using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NnUNet.Torch.Optimizers;

/// <summary>Changes weights along their gradients, a point of extension: a sealed class with <see cref="CatalogNameAttribute"/> and a parameterless constructor.</summary>
/// <remarks>
/// A step limits the gradients' total norm as torch.nn.utils.clip_grad_norm_ does, and changes nothing where that norm is not
/// finite. Its states are tensors by kind and parameter, which checkpoints hold as <c>KIND/NAME</c>.
/// Parameters without a gradient are left alone entirely.
/// </remarks>
public abstract class WeightOptimizer : IDisposable
{
    private const string StepKind = "step";

    private readonly SortedDictionary<string, Tensor> _states = new(StringComparer.Ordinal);
    private nn.Module? _network;

    /// <summary>The momentum factor: the share of the accumulated gradient that each step keeps; without effect in optimisers that have none.</summary>
    /// <value>0.99.</value>
    public double Momentum { get; set; } = 0.99;

    /// <summary>Weight decay: this share of each weight is added to its gradient; AdamW subtracts it, times the learning rate, from the weight itself.</summary>
    /// <value>3e-5.</value>
    public double WeightDecay { get; set; } = 3e-5;

    /// <summary>Largest total norm of all gradients; they are scaled down to it.</summary>
    /// <value>12.</value>
    public double MaxNorm { get; set; } = 12;

    /// <summary>All states, by <c>KIND/NAME</c> in ordinal order; the optimiser owns them.</summary>
    public IReadOnlyDictionary<string, Tensor> States => _states;

    /// <summary>The kinds of states of a parameter, each a tensor of the parameter's shape.</summary>
    protected abstract IReadOnlyList<string> Kinds { get; }

    private nn.Module Network => _network ?? throw new InvalidOperationException("the optimiser has no network yet");

    /// <summary>Sets the network whose parameters are changed; the network keeps owning them. Call it once, first.</summary>
    public void Attach(nn.Module network) => _network = network;

    /// <summary>Takes one step along the gradients that the parameters hold, and leaves those gradients changed.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="lossScale">The factor by which the loss, and so the gradients, were multiplied.</param>
    /// <returns>The gradients' total norm before it was limited. Where it is not finite, nothing was changed.</returns>
    /// <exception cref="InvalidOperationException">No network was attached, or no parameter has a gradient.</exception>
    public double Step(double rate, double lossScale = 1)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        List<(string Name, Parameter Parameter, Tensor Gradient)> all = [];
        foreach ((string name, Parameter parameter) in Network.named_parameters())
        {
            if (parameter.grad is { } gradient) all.Add((name, parameter, gradient));
        }

        if (all.Count == 0) throw new InvalidOperationException("no parameter has a gradient");

        double norm = stack(all.Select(static p => p.Gradient.norm())).norm().to_type(float64).item<double>() / lossScale;
        if (!double.IsFinite(norm)) return norm;

        double factor = Math.Min(1, MaxNorm / (norm + 1e-6)) / lossScale;
        foreach ((string name, Parameter parameter, Tensor gradient) in all)
        {
            using DisposeScope stepScope = NewDisposeScope();
            if (factor != 1) gradient.TimesInPlace(factor);
            Update(name, parameter, gradient, rate);
        }

        return norm;
    }

    /// <summary>Removes all gradients, so that parameters which get none in the next backward pass have none.</summary>
    /// <exception cref="InvalidOperationException">No network was attached.</exception>
    public void ZeroGradients() => Network.zero_grad(set_to_none: true);

    /// <summary>Puts stored states in place of what there is; parameters that are not named start without.</summary>
    /// <param name="where">The file, for messages.</param>
    /// <param name="states">Name (<c>KIND/NAME</c>), shape and values of each.</param>
    /// <exception cref="DescribedException">A name is no kind's and parameter's, or a shape is another; nothing was changed.</exception>
    public void LoadStates(string where, IReadOnlyList<NamedWeight> states)
    {
        CheckStates(where, states);
        Reset();
        using IDisposable noGrad = no_grad();
        Dictionary<string, Parameter> parameters = Parameters();
        foreach (NamedWeight state in states)
        {
            using DisposeScope scope = NewDisposeScope();
            Parameter parameter = parameters[Split(state.Name).Parameter];
            Tensor values = from_array(state.Read()).reshape([.. state.Shape]);
            Remember(state.Name, zeros(values.shape, parameter.dtype, parameter.device).copy_(values));
        }
    }

    /// <summary>Removes all states.</summary>
    public void Reset()
    {
        foreach (Tensor state in _states.Values) state.Dispose();
        _states.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Reset();
        GC.SuppressFinalize(this);
    }

    /// <summary>Checks that each name is a kind and a parameter, and has its shape.</summary>
    internal void CheckStates(string where, IReadOnlyList<NamedWeight> states)
    {
        Dictionary<string, Parameter> parameters = Parameters();
        foreach (NamedWeight state in states)
        {
            (string kind, string name) = Split(state.Name);
            bool known = kind == StepKind || Kinds.Contains(kind);
            if (!known || !parameters.TryGetValue(name, out Parameter? parameter) || !state.Shape.AsSpan().SequenceEqual(kind == StepKind ? [1] : parameter.shape))
            {
                throw new DescribedException(where, $"the {kind} {name} {state.Shape} fits no parameter of the network", "continue with the model and the trainer that wrote this checkpoint");
            }
        }
    }

    /// <summary>Changes one parameter in place. Runs without gradients, in a dispose scope of its own.</summary>
    /// <param name="name">The parameter's name, for <see cref="State"/> and <see cref="NewState"/>.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient after the limit; may be changed.</param>
    /// <param name="rate">The learning rate.</param>
    protected abstract void Update(string name, Tensor parameter, Tensor gradient, double rate);

    /// <summary>The state of a kind for a parameter; null before <see cref="NewState"/>.</summary>
    protected Tensor? State(string kind, string name) => _states.GetValueOrDefault($"{kind}/{name}");

    /// <summary>Makes a copy of a tensor the state of a parameter, which later steps change in place.</summary>
    protected Tensor NewState(string kind, string name, Tensor first) => Remember($"{kind}/{name}", first.clone());

    /// <summary>Counts the steps of a parameter.</summary>
    /// <returns>The number of this step, from 1 on.</returns>
    protected long CountStep(string name)
    {
        Tensor count = State(StepKind, name) ?? NewState(StepKind, name, zeros(1));
        return (long)count.CountInPlace().item<float>();
    }

    private Tensor Remember(string key, Tensor value) => _states[key] = value.DetachFromDisposeScope();

    private Dictionary<string, Parameter> Parameters() =>
        Network.named_parameters().ToDictionary(static p => p.name, static p => p.parameter, StringComparer.Ordinal);

    private static (string Kind, string Parameter) Split(string key) =>
        key.Split('/', 2) is [var kind, var parameter] ? (kind, parameter) : ("", key);
}
