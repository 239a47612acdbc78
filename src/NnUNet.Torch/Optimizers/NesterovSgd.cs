using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using static TorchSharp.torch;

namespace NnUNet.Torch.Optimizers;

/// <summary>Stochastic gradient descent with Nesterov momentum and weight decay.</summary>
/// <remarks>
/// As torch.optim.SGD(nesterov=True), in its order of operations. Momentum exists from a parameter's first step on.
/// Source: nnunet/training/network_training/nnUNetTrainerV2.py, run_iteration and initialize_optimizer_and_scheduler.
/// </remarks>
[CatalogName("SGD")]
public sealed class NesterovSgd : WeightOptimizer
{
    private const string MomentumKind = OwnModelFormat.MomentumKind;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Kinds => [MomentumKind];

    /// <inheritdoc/>
    protected override void Update(string name, Tensor parameter, Tensor gradient, double rate)
    {
        gradient.PlusInPlace(parameter, WeightDecay);
        Tensor momentum = State(MomentumKind, name)?.TimesInPlace(Momentum).PlusInPlace(gradient) ?? NewState(MomentumKind, name, gradient);
        parameter.PlusInPlace(gradient.PlusInPlace(momentum, Momentum), -rate);
    }
}
