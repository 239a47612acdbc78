using NnUNet.Foundation;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Soft Dice of every region.</summary>
/// <remarks>Source: nnunet/training/loss_functions/dice_loss.py, SoftDiceLoss of sigmoids (do_bg True, smooth 1e-5).</remarks>
[CatalogName("SoftDiceLoss_sigmoid")]
public sealed class RegionDiceLoss : RegionLoss
{
    /// <inheritdoc/>
    protected override Tensor OfRegion(Tensor logits, Tensor mask) => DiceOf(logits, mask);
}
