using NnUNet.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Minus Matthews' correlation coefficient of all classes, the background counted.</summary>
/// <remarks>Source: nnunet/training/loss_functions/dice_loss.py, MCCLoss (smooth 0, do_bg True); see <see cref="MatthewsCorrelation"/>.</remarks>
[CatalogName("MCCLoss")]
public sealed class MatthewsLoss : SegmentationLoss
{
    /// <inheritdoc/>
    public override Tensor Compute(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        return MatthewsCorrelation.Loss(logits.softmax(1), Labels(target), DiceBatch, background: true).MoveToOuterDisposeScope();
    }
}
