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
        Tensor overlap = Sum(probabilities, labels, static c => c.Overlap / c.Count.Plus(TinyVolume));
        Tensor size = Sum(probabilities, labels, static c => c.Probabilities.sum(c.Axes).Plus(c.Count) / c.Count.Plus(TinyVolume));
        return (overlap.Times(2).Plus(SoftDice.Smooth) / size.Plus(SoftDice.Smooth)).mean().neg();
    }

    /// <summary>The sum over the classes: (B) or, with batch Dice, one number.</summary>
    private Tensor Sum(Tensor probabilities, Tensor labels, Func<ClassOverlap, Tensor> measure) =>
        stack(SoftDice.OfClasses(probabilities, labels, BatchDice, background: false, measure)).sum([0L]);
}
