using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>A weighted sum of a loss over the outputs of all resolutions.</summary>
/// <remarks>Source: nnunet/training/loss_functions/deep_supervision.py, MultipleOutputLoss2.</remarks>
public sealed class DeepSupervisionLoss
{
    private readonly SegmentationLoss _loss;

    /// <summary>A weighted sum of a loss over resolutions.</summary>
    /// <param name="loss">The loss of one resolution.</param>
    /// <param name="weights">One weight a resolution, full resolution first; where it is 0, the loss is not computed.</param>
    /// <exception cref="ArgumentException">There is no weight, or the first one is 0.</exception>
    public DeepSupervisionLoss(SegmentationLoss loss, ValueArray<double> weights)
    {
        if (weights.Count == 0 || weights[0] == 0) throw new ArgumentException($"the weights {weights} must begin with a positive one", nameof(weights));
        _loss = loss;
        Weights = weights;
    }

    /// <summary>One weight a resolution, full resolution first.</summary>
    public ValueArray<double> Weights { get; }

    /// <summary>The weights of nnUNetTrainerV2: halved at each coarser resolution, 0 for the coarsest, 1 in sum.</summary>
    /// <remarks>Source: nnunet/training/network_training/nnUNetTrainerV2.py, initialize.</remarks>
    public static ValueArray<double> DefaultWeights(int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        double[] weights = new double[outputs];
        for (int i = 0; i < outputs; i++) weights[i] = i == 0 || i < outputs - 1 ? 1 / Math.Pow(2, i) : 0;
        double sum = weights.Sum();
        return weights.Select(w => w / sum).ToValueArray();
    }

    /// <summary>The weights where the output of full resolution counts alone.</summary>
    public static ValueArray<double> FullResolutionOnly(int outputs) => [1.0, .. Enumerable.Repeat(0.0, outputs - 1)];

    /// <summary>Tells the loss which epoch begins.</summary>
    /// <param name="epoch">Epoch from 0 on.</param>
    public void StartEpoch(int epoch) => _loss.StartEpoch(epoch);

    /// <summary>The loss of all outputs.</summary>
    /// <param name="outputs">Logits (B, K, …), full resolution first.</param>
    /// <param name="targets">Class numbers (B, 1, …) at the same resolutions.</param>
    /// <returns>One number with its gradient, owned by the caller.</returns>
    /// <exception cref="ArgumentException">There are fewer outputs or targets than weights that are not 0.</exception>
    public Tensor Compute(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets)
    {
        int needed = Weights.Count;
        while (Weights[needed - 1] == 0) needed--;
        if (outputs.Count < needed || targets.Count < needed)
        {
            throw new ArgumentException($"{outputs.Count} outputs and {targets.Count} targets for {needed} weights that are not 0", nameof(outputs));
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor? sum = null;
        for (int i = 0; i < needed; i++)
        {
            if (Weights[i] == 0) continue;
            Tensor part = _loss.Compute(outputs[i], targets[i]).Times(Weights[i]);
            sum = sum is null ? part : sum.Plus(part);
        }

        return sum!.MoveToOuterDisposeScope();
    }
}
