using NnUNet.Foundation;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Soft Dice of the foreground classes plus the mean cross-entropy of all voxels.</summary>
/// <remarks>
/// Source: nnunet/training/loss_functions/dice_loss.py, DC_and_CE_loss with SoftDiceLoss (smooth 1e-5, do_bg False).
/// </remarks>
[CatalogName("DC_and_CE_loss")]
public sealed class DiceCrossEntropyLoss : OverlapEntropyLoss
{
    private protected override Tensor Overlap(Tensor probabilities, Tensor labels) => SoftDice.Loss(probabilities, labels, BatchDice, background: false);
}
