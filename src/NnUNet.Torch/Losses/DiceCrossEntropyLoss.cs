using NnUNet.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Soft Dice of the foreground classes plus the mean cross-entropy of all voxels.</summary>
/// <remarks>
/// Source: nnunet/training/loss_functions/dice_loss.py, DC_and_CE_loss with SoftDiceLoss (smooth 1e-5, do_bg False).
/// </remarks>
[CatalogName("DC_and_CE_loss")]
public sealed class DiceCrossEntropyLoss : SegmentationLoss
{
    /// <inheritdoc/>
    public override string? ForRegions => "DC_and_BCE_loss";

    /// <inheritdoc/>
    public override Tensor Compute(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        return SoftDice.PlusEntropy(
            logits,
            Labels(target),
            (probabilities, labels) => SoftDice.Loss(probabilities, labels, BatchDice, background: false),
            CrossEntropyLoss.Mean).MoveToOuterDisposeScope();
    }
}
