using NnUNet.Foundation;

namespace NnUNet.Torch.Losses;

/// <summary>Soft Dice of the foreground classes plus the mean cross-entropy of all voxels.</summary>
/// <remarks>
/// Source: nnunet/training/loss_functions/dice_loss.py, DC_and_CE_loss with SoftDiceLoss (smooth 1e-5, do_bg False).
/// </remarks>
[CatalogName("DC_and_CE_loss")]
public sealed class DiceCrossEntropyLoss : OverlapEntropyLoss
{
    /// <inheritdoc/>
    public override string? ForRegions => "DC_and_BCE_loss";
}
