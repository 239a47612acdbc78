using NnUNet.Foundation;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Soft Dice of every region, where a region that a sample does not have adds 0 whatever is predicted.</summary>
/// <remarks>Source: nnunet/training/loss_functions/dice_loss.py, SoftDiceLoss of sigmoids (do_bg True, smooth 0, as nnUNetTrainerV2BraTSRegions_Dice has it).</remarks>
[CatalogName("SoftDiceLoss_sigmoid_smooth0")]
public sealed class UnsmoothedRegionDiceLoss : RegionLoss
{
    /// <inheritdoc/>
    protected override double Smooth => 0;

    /// <inheritdoc/>
    protected override Tensor OfRegion(Tensor logits, Tensor mask) => DiceOf(logits, mask);
}
