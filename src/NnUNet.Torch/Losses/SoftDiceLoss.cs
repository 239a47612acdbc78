using NnUNet.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Soft Dice of the foreground classes.</summary>
/// <remarks>Source: nnunet/training/loss_functions/dice_loss.py, SoftDiceLoss (smooth 1e-5, do_bg False).</remarks>
[CatalogName("SoftDiceLoss")]
public sealed class SoftDiceLoss : SegmentationLoss
{
    /// <inheritdoc/>
    public override string? ForRegions => "SoftDiceLoss_sigmoid";

    /// <inheritdoc/>
    public override Tensor Compute(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        return SoftDice.Loss(logits.softmax(1), Labels(target), DiceBatch, background: false).MoveToOuterDisposeScope();
    }
}
