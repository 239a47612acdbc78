using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using static TorchSharp.torch;

namespace NnUNet.Torch.Optimizers;

/// <summary>
/// Rectified Adam with lookahead: Adam that begins as plain momentum, until its mean square rests on enough steps, and whose
/// weights are drawn half way back, every six steps, to where they were drawn to before.
/// </summary>
/// <remarks>
/// Rectification: Liu et al. 2020; lookahead: Zhang et al. 2019. Weight decay shrinks the weights by themselves. Later forms of
/// this optimiser also centre the gradients; the original's does not. <see cref="WeightOptimizer.Momentum"/> has no effect.
/// Source: nnunet/training/optimizer/ranger.py.
/// </remarks>
[CatalogName("Ranger")]
public sealed class Ranger : WeightOptimizer
{
    private const string MeanKind = "exp_avg";
    private const string SquareKind = "exp_avg_sq";
    private const string SlowKind = "slow_buffer";

    /// <summary>Share of the running mean of the gradient that a step keeps.</summary>
    /// <value>0.95.</value>
    public double Beta1 { get; set; } = 0.95;

    /// <summary>Share of the running mean of the squared gradient that a step keeps.</summary>
    /// <value>0.999.</value>
    public double Beta2 { get; set; } = 0.999;

    /// <summary>Added to the root of the mean square, so that nothing is divided by 0.</summary>
    /// <value>1e-5.</value>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Steps that the mean square must rest on, about, to be used.</summary>
    /// <value>5: it is used from the sixth step on.</value>
    public double StepsToTrust { get; set; } = 5;

    /// <summary>Steps from one look back to the next.</summary>
    /// <value>6.</value>
    public int LookaheadSteps { get; set; } = 6;

    /// <summary>Share of the way from the slow weights to the fast ones at which both go on.</summary>
    /// <value>0.5.</value>
    public double LookaheadShare { get; set; } = 0.5;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Kinds => [MeanKind, SquareKind, SlowKind];

    /// <inheritdoc/>
    protected override void Update(string name, Tensor parameter, Tensor gradient, double rate)
    {
        Tensor slow = State(SlowKind, name) ?? NewState(SlowKind, name, parameter);
        Tensor mean = State(MeanKind, name) ?? NewState(MeanKind, name, zeros_like(gradient));
        Tensor square = State(SquareKind, name) ?? NewState(SquareKind, name, zeros_like(gradient));
        long step = CountStep(name);
        square.TimesInPlace(Beta2).PlusProductInPlace(gradient, gradient, 1 - Beta2);
        mean.TimesInPlace(Beta1).PlusInPlace(gradient, 1 - Beta1);
        if (WeightDecay != 0) parameter.PlusInPlace(parameter, -WeightDecay * rate);

        double correction = 1 - Math.Pow(Beta1, step);
        if (Rectification(step) is { } factor)
        {
            parameter.PlusQuotientInPlace(mean, square.sqrt().PlusInPlace(Epsilon), -rate * factor / correction);
        }
        else
        {
            parameter.PlusInPlace(mean, -rate / correction);
        }

        if (step % LookaheadSteps == 0) parameter.copy_(slow.PlusInPlace(parameter - slow, LookaheadShare));
    }

    /// <summary>What a step along the scaled gradient is multiplied with; null while the mean square rests on too few steps.</summary>
    private double? Rectification(long step)
    {
        double kept = Math.Pow(Beta2, step);
        double most = (2 / (1 - Beta2)) - 1;
        double length = most - (2 * step * kept / (1 - kept));
        return length > StepsToTrust
            ? Math.Sqrt((1 - kept) * ((length - 4) / (most - 4)) * ((length - 2) / length) * (most / (most - 2)))
            : null;
    }
}
