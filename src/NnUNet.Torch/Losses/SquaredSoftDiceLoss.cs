using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Soft Dice of the foreground classes with squared probabilities in the denominator (Milletari et al. 2016).</summary>
/// <remarks>Source: nnunet/training/loss_functions/dice_loss.py, SoftDiceLossSquared (smooth 1e-5, do_bg False); the overlap is smoothed before it is doubled.</remarks>
[CatalogName("SoftDiceLossSquared")]
public sealed class SquaredSoftDiceLoss : SegmentationLoss
{
    /// <inheritdoc/>
    public override Tensor Compute(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        return SoftDice.MeanOverClasses(
            logits.softmax(1),
            Labels(target),
            DiceBatch,
            background: false,
            static c => c.Overlap.Plus(SoftDice.Smooth).Times(2) / c.Probabilities.Plus(c.Count).Plus(SoftDice.Smooth),
            static probabilities => probabilities.Squared()).MoveToOuterDisposeScope();
    }
}
