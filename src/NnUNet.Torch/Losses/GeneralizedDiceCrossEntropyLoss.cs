using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Generalised Dice of the foreground, in which each class weighs as much as it is rare, plus the mean cross-entropy.</summary>
/// <remarks>Source: nnunet/training/loss_functions/dice_loss.py, GDL_and_CE_loss with GDL (smooth 1e-5, do_bg False, volumes not squared).</remarks>
[CatalogName("GDL_and_CE_loss")]
public sealed class GeneralizedDiceCrossEntropyLoss : OverlapEntropyLoss
{
    private const double TinyVolume = 1e-6;

    /// <summary>Minus the generalised Dice.</summary>
    private protected override Tensor Overlap(Tensor probabilities, Tensor labels)
    {
        ClassOverlap classes = SoftDice.OfClasses(probabilities, labels, DiceBatch, background: false);
        Tensor rare = classes.Count.Plus(TinyVolume);
        Tensor overlap = (classes.Overlap / rare).sum([0L]); // (B), or one number
        Tensor size = (classes.Probabilities.Plus(classes.Count) / rare).sum([0L]);
        return (overlap.Times(2).Plus(SoftDice.Smooth) / size.Plus(SoftDice.Smooth)).mean().neg();
    }
}
