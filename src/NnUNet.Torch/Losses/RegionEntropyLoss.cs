using NnUNet.Foundation;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>The mean binary cross-entropy of every region.</summary>
/// <remarks>Source: torch.nn.BCEWithLogitsLoss, the one part of DC_and_BCE_loss in nnunet/training/loss_functions/dice_loss.py.</remarks>
[CatalogName("BCEWithLogitsLoss")]
public sealed class RegionEntropyLoss : RegionLoss
{
    /// <inheritdoc/>
    protected override Tensor OfRegion(Tensor logits, Tensor mask) => EntropyOf(logits, mask);
}
