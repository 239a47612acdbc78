using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Torch.Losses;

/// <summary>Soft Dice of the foreground classes plus the mean cross-entropy of all voxels.</summary>
/// <remarks>
/// Source: nnunet/training/loss_functions/dice_loss.py, DC_and_CE_loss with SoftDiceLoss (smooth 1e-5, do_bg False).
/// </remarks>
[CatalogName("DC_and_CE_loss")]
public sealed class DiceCrossEntropyLoss : SegmentationLoss
{
    /// <inheritdoc/>
    public override Tensor Compute(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor dice, Tensor crossEntropy) = Parts(logits, target);
        return dice.Plus(crossEntropy).MoveToOuterDisposeScope();
    }

    /// <summary>The two parts of the loss: minus the mean soft Dice, and the cross-entropy.</summary>
    internal (Tensor Dice, Tensor CrossEntropy) Parts(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor labels = Labels(target); // (B, …)
        Tensor logProbabilities = F.log_softmax(logits, 1); // (B, K, …)
        Tensor crossEntropy = F.nll_loss(logProbabilities, labels);
        Tensor dice = SoftDice.Loss(logProbabilities.exp(), labels, BatchDice, background: false);
        return (dice.MoveToOuterDisposeScope(), crossEntropy.MoveToOuterDisposeScope());
    }
}
