using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Soft Dice plus binary cross-entropy of every region, where a region that a sample does not have adds 0 to the Dice whatever is predicted.</summary>
/// <remarks>Source: nnunet/training/loss_functions/dice_loss.py, DC_and_BCE_loss (do_bg True, smooth 0, as the BraTS trainers have it).</remarks>
[CatalogName("DC_and_BCE_loss_smooth0")]
public sealed class UnsmoothedRegionDiceEntropyLoss : RegionLoss
{
    /// <inheritdoc/>
    protected override double Smooth => 0;

    /// <inheritdoc/>
    protected override Tensor OfRegion(Tensor logits, Tensor mask) => DiceOf(logits, mask).Plus(EntropyOf(logits, mask));
}
