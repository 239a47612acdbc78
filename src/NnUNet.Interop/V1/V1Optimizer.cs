using NnUNet.Core.Models;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;

namespace NnUNet.Interop.V1;

/// <summary>PyTorch's <c>optimizer_state_dict</c>: states by the number of the parameter, groups of parameters with their settings.</summary>
/// <remarks>
/// The numbers count the network's parameters in the order of the state dict, its buffers left out. The groups' keys tell the kind: SGD has
/// nesterov, Ranger N_sma_threshhold, Adam and AdamW betas. Source: torch/optim/optimizer.py, state_dict; sgd.py; adam.py; nnunet/training/optimizer/ranger.py.
/// </remarks>
internal static class V1Optimizer
{
    private const string Sgd = "SGD";
    private const string Adam = "Adam";
    private const string Ranger = "Ranger";
    private const string StepKind = "step";

    private static readonly string[] Buffers = [".running_mean", ".running_var", ".num_batches_tracked"];

    /// <summary>Our names of a parameter's states.</summary>
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["momentum_buffer"] = OwnModelFormat.MomentumKind,
        ["exp_avg"] = "exp_avg",
        ["exp_avg_sq"] = "exp_avg_sq",
        ["max_exp_avg_sq"] = "max_exp_avg_sq",
        ["slow_buffer"] = "slow_buffer",
    };

    /// <summary>Whether a tensor of a state dict is a buffer, which no optimizer sees.</summary>
    public static bool IsBuffer(string name) => Buffers.Any(b => name.EndsWith(b, StringComparison.Ordinal));

    /// <summary>Reads what a checkpoint holds.</summary>
    /// <param name="where">The checkpoint, for messages.</param>
    /// <param name="content">The <c>optimizer_state_dict</c>.</param>
    /// <param name="parameters">The network's parameters in the order of the state dict, buffers left out.</param>
    /// <exception cref="TorchFileException">It is no optimizer's state, or that of another network.</exception>
    public static StoredOptimizer Read(string where, PickleDictionary content, IReadOnlyList<KeyValuePair<string, TensorView>> parameters)
    {
        PickleDictionary[] groups = content.GetValueOrNull("param_groups") is List<object?> list ? [.. list.OfType<PickleDictionary>()] : [];
        if (groups.Length == 0 || content.GetValueOrNull("state") is not PickleDictionary states) throw Odd(where, "it has no groups of parameters or no states");

        object?[] numbers = [.. groups.SelectMany(static g => g.GetValueOrNull("params") as List<object?> ?? [])];
        if (numbers.Length != parameters.Count) throw Odd(where, $"it is about {numbers.Length} parameters, but the network has {parameters.Count}");

        PickleDictionary first = groups[0];
        string? kind = first.ContainsKey("nesterov") ? Sgd : first.ContainsKey("N_sma_threshhold") ? Ranger : first.ContainsKey("betas") ? Adam : null;
        return new StoredOptimizer
        {
            Kind = kind,
            Momentum = Number(first.GetValueOrNull("momentum")),
            WeightDecay = Number(first.GetValueOrNull("weight_decay")),
            States = kind is null ? [] : [.. numbers.Zip(parameters).SelectMany(p => p.First is { } number && states.GetValueOrNull(number) is PickleDictionary state ? Of(where, p.Second, state) : [])],
        };
    }

    /// <summary>What the original reads, of the states of SGD.</summary>
    /// <param name="parameters">The network's parameters, in the order of the state dict.</param>
    /// <param name="momentum">The accumulated gradient of a parameter; null where it has none yet.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="factor">The momentum factor.</param>
    /// <param name="decay">The weight decay.</param>
    public static PickleDictionary Write(IReadOnlyList<string> parameters, Func<string, PickledCall?> momentum, double rate, double factor, double decay)
    {
        PickleDictionary states = new();
        foreach ((int number, string name) in parameters.Index())
        {
            if (momentum(name) is { } buffer) states[(long)number] = new PickleDictionary { ["momentum_buffer"] = buffer };
        }

        PickleDictionary group = new()
        {
            ["lr"] = rate,
            ["momentum"] = factor,
            ["dampening"] = 0L,
            ["weight_decay"] = decay,
            ["nesterov"] = true,
            ["maximize"] = false,
            ["foreach"] = null,
            ["differentiable"] = false,
            ["params"] = Enumerable.Range(0, parameters.Count).Select(static n => (object?)(long)n).ToList(),
        };
        return new PickleDictionary { ["state"] = states, ["param_groups"] = new List<object?> { group } };
    }

    private static IEnumerable<StoredWeight> Of(string where, KeyValuePair<string, TensorView> parameter, PickleDictionary state)
    {
        foreach ((object? key, object? value) in state)
        {
            if (key is StepKind && Step(value) is { } step)
            {
                yield return new StoredWeight(StepKind + OwnModelFormat.StateMark + parameter.Key, [1], () => [step]);
            }
            else if (key is string name && Kinds.TryGetValue(name, out string? kind) && value is TensorView view)
            {
                if (view.Shape != parameter.Value.Shape) throw Odd(where, $"{name} of {parameter.Key} has the shape {view.Shape}, but the parameter {parameter.Value.Shape}");
                yield return new StoredWeight(kind + OwnModelFormat.StateMark + parameter.Key, view.Shape, view.ReadFloat32);
            }
        }
    }

    /// <summary>Later releases of PyTorch count in tensors.</summary>
    private static float? Step(object? value) => value is TensorView { Count: 1 } view ? view.ReadFloat32()[0] : (float?)Number(value);

    private static double? Number(object? value) => value switch
    {
        double number => number,
        long whole => whole,
        _ => null,
    };

    private static TorchFileException Odd(string where, string what) =>
        new(where, $"its optimizer_state_dict cannot be used: {what}", "begin a training with its weights instead (--pretrained_weights)");
}
