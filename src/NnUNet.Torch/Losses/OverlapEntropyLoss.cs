using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>A loss of the probabilities' overlap with the target plus one of their logarithms, both of one softmax.</summary>
/// <remarks>Source: nnunet/training/loss_functions/dice_loss.py, DC_and_CE_loss, DC_and_topk_loss and GDL_and_CE_loss.</remarks>
public abstract class OverlapEntropyLoss : SegmentationLoss
{
    /// <summary>The weight of the overlap's part; where it is 0, that part is not computed. One of both weights is not 0.</summary>
    /// <value>1.</value>
    protected double OverlapWeight { get; set; } = 1;

    /// <summary>The weight of the logarithms' part; where it is 0, that part is not computed.</summary>
    /// <value>1.</value>
    protected double EntropyWeight { get; set; } = 1;

    /// <inheritdoc/>
    public sealed override Tensor Compute(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor labels = Labels(target);
        Tensor logProbabilities = nn.functional.log_softmax(logits, 1); // (B, K, …)
        Tensor? entropy = EntropyWeight == 0 ? null : Weighted(Entropy(logProbabilities, labels), EntropyWeight);
        Tensor? overlap = OverlapWeight == 0 ? null : Weighted(Overlap(logProbabilities.exp(), labels), OverlapWeight);
        Tensor sum = overlap is null ? entropy! : entropy is null ? overlap : overlap.Plus(entropy);
        return sum.MoveToOuterDisposeScope();
    }

    /// <summary>The part of the overlap: the soft Dice of the foreground unless overridden.</summary>
    /// <param name="probabilities">(B, K, …).</param>
    /// <param name="labels">(B, …), class numbers.</param>
    /// <returns>One number.</returns>
    private protected virtual Tensor Overlap(Tensor probabilities, Tensor labels) => SoftDice.Loss(probabilities, labels, DiceBatch, background: false);

    /// <summary>The part of the logarithms.</summary>
    /// <param name="logProbabilities">(B, K, …).</param>
    /// <param name="labels">(B, …), class numbers.</param>
    /// <returns>One number.</returns>
    private protected virtual Tensor Entropy(Tensor logProbabilities, Tensor labels) => CrossEntropyLoss.Mean(logProbabilities, labels);

    private static Tensor Weighted(Tensor part, double weight) => weight == 1 ? part : part.Times(weight);
}
