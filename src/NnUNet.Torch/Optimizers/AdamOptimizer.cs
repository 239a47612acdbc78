using NnUNet.Torch.Runtime;
using static TorchSharp.torch;

namespace NnUNet.Torch.Optimizers;

/// <summary>What <see cref="Adam"/> and <see cref="AdamW"/> share: steps scaled, weight by weight, with running means of the gradient and of its square.</summary>
/// <remarks>As torch.optim.Adam and AdamW, in their order of operations. <see cref="WeightOptimizer.Momentum"/> has no effect.</remarks>
public abstract class AdamOptimizer : WeightOptimizer
{
    private const string MeanKind = "exp_avg";
    private const string SquareKind = "exp_avg_sq";
    private const string LargestKind = "max_exp_avg_sq";

    /// <summary>Share of the running mean of the gradient that a step keeps.</summary>
    /// <value>0.9.</value>
    public double Beta1 { get; set; } = 0.9;

    /// <summary>Share of the running mean of the squared gradient that a step keeps.</summary>
    /// <value>0.999.</value>
    public double Beta2 { get; set; } = 0.999;

    /// <summary>Added to the root of the mean square, so that nothing is divided by 0.</summary>
    /// <value>1e-8.</value>
    public double Epsilon { get; set; } = 1e-8;

    /// <summary>Whether the largest mean square so far counts instead of the current one.</summary>
    /// <value>True, as in the original's trainers.</value>
    public bool AmsGrad { get; set; } = true;

    /// <summary>Whether weight decay shrinks the weights by themselves instead of being part of the gradient.</summary>
    protected abstract bool DecoupledDecay { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Kinds => [MeanKind, SquareKind, LargestKind];

    /// <inheritdoc/>
    protected override void Update(string name, Tensor parameter, Tensor gradient, double rate)
    {
        long step = CountStep(name);
        if (DecoupledDecay) parameter.TimesInPlace(1 - (rate * WeightDecay));
        else gradient.PlusInPlace(parameter, WeightDecay);

        Tensor mean = State(MeanKind, name) ?? NewState(MeanKind, name, zeros_like(gradient));
        Tensor square = State(SquareKind, name) ?? NewState(SquareKind, name, zeros_like(gradient));
        mean.PlusInPlace(gradient - mean, 1 - Beta1);
        square.TimesInPlace(Beta2).PlusProductInPlace(gradient, gradient, 1 - Beta2);
        if (AmsGrad)
        {
            Tensor largest = State(LargestKind, name) ?? NewState(LargestKind, name, zeros_like(gradient));
            square = largest.copy_(maximum(largest, square));
        }

        Tensor denominator = square.sqrt().DividedByInPlace(Math.Sqrt(1 - Math.Pow(Beta2, step))).PlusInPlace(Epsilon);
        parameter.PlusQuotientInPlace(mean, denominator, -rate / (1 - Math.Pow(Beta1, step)));
    }
}
