using NnUNet.Foundation;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Soft Dice of the foreground classes plus the mean cross-entropy of the worst tenth of the batch's voxels.</summary>
/// <remarks>Source: nnunet/training/loss_functions/dice_loss.py, DC_and_topk_loss with SoftDiceLoss (smooth 1e-5, do_bg False) and k 10.</remarks>
[CatalogName("DC_and_topk_loss")]
public sealed class DiceTopKLoss : OverlapEntropyLoss
{
    private protected override Tensor Entropy(Tensor logProbabilities, Tensor labels) => TopKLoss.OfWorst(logProbabilities, labels, Batch);
}
