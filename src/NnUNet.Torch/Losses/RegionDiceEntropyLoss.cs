using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Soft Dice plus binary cross-entropy of every region.</summary>
/// <remarks>Source: nnunet/training/loss_functions/dice_loss.py, DC_and_BCE_loss (do_bg True; smooth 1e-5, as nnU-Net v2 has it).</remarks>
[CatalogName("DC_and_BCE_loss")]
public sealed class RegionDiceEntropyLoss : RegionLoss
{
    /// <inheritdoc/>
    protected override Tensor OfRegion(Tensor logits, Tensor mask) => DiceOf(logits, mask).Plus(EntropyOf(logits, mask));
}
