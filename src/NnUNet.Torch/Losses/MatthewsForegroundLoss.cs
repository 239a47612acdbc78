using NnUNet.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Minus Matthews' correlation coefficient of the foreground classes.</summary>
/// <remarks>Source: nnunet/training/loss_functions/dice_loss.py, MCCLoss (smooth 0, do_bg False); see <see cref="MatthewsCorrelation"/>.</remarks>
[CatalogName("MCCLoss_no_bg")]
public sealed class MatthewsForegroundLoss : SegmentationLoss
{
    /// <inheritdoc/>
    public override Tensor Compute(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        return MatthewsCorrelation.Loss(logits.softmax(1), Labels(target), DiceBatch, background: false).MoveToOuterDisposeScope();
    }
}
