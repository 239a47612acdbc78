using NnUNet.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Soft Dice of all classes, the background counted.</summary>
/// <remarks>Source: nnunet/training/loss_functions/dice_loss.py, SoftDiceLoss (smooth 1e-5, do_bg True).</remarks>
[CatalogName("SoftDiceLoss_do_bg")]
public sealed class SoftDiceWithBackgroundLoss : SegmentationLoss
{
    /// <inheritdoc/>
    public override Tensor Compute(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        return SoftDice.Loss(logits.softmax(1), Labels(target), DiceBatch, background: true).MoveToOuterDisposeScope();
    }
}
