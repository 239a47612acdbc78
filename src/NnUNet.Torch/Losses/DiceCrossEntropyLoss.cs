using NnUNet.Imaging.Foundation;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Torch.Losses;

/// <summary>Soft Dice of the foreground classes plus the mean cross-entropy of all voxels.</summary>
/// <remarks>
/// Source: nnunet/training/loss_functions/dice_loss.py, DC_and_CE_loss with SoftDiceLoss (smooth 1e-5, do_bg False).
/// Written with sums of probabilities and class counts: 2 tp + fp + fn is the sum of a class's probabilities plus its voxel
/// count, so that no one-hot tensor of the size of the logits is made.
/// </remarks>
[CatalogName("DC_and_CE_loss")]
public sealed class DiceCrossEntropyLoss : SegmentationLoss
{
    private const double Smooth = 1e-5;
    private const double TinyDenominator = 1e-8;

    /// <inheritdoc/>
    public override Tensor Compute(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor dice, Tensor crossEntropy) = Parts(logits, target);
        return (dice + crossEntropy).MoveToOuterDisposeScope();
    }

    /// <summary>The two parts of the loss: minus the mean soft Dice, and the cross-entropy.</summary>
    internal (Tensor Dice, Tensor CrossEntropy) Parts(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor labels = target.squeeze(1).to_type(int64); // (B, …)
        Tensor logProbabilities = F.log_softmax(logits, 1); // (B, K, …)
        Tensor crossEntropy = F.nll_loss(logProbabilities, labels);
        Tensor dice = Dice(logProbabilities.exp(), labels);
        return (dice.MoveToOuterDisposeScope(), crossEntropy.MoveToOuterDisposeScope());
    }

    private Tensor Dice(Tensor probabilities, Tensor labels)
    {
        long[] axes = [.. Enumerable.Range(BatchDice ? 0 : 1, (int)labels.dim() - (BatchDice ? 0 : 1)).Select(static a => (long)a)];
        Tensor[] classes = probabilities.unbind(1); // K of (B, …)
        List<Tensor> dices = [];
        for (int k = 1; k < classes.Length; k++)
        {
            using DisposeScope classScope = NewDisposeScope();
            Tensor isClass = labels.eq(k); // (B, …)
            Tensor overlap = (classes[k] * isClass).sum(axes); // (B) or ()
            Tensor size = classes[k].sum(axes) + isClass.sum(axes).to_type(probabilities.dtype);
            Tensor dice = ((2 * overlap) + Smooth) / (size + Smooth + TinyDenominator);
            dices.Add(dice.MoveToOuterDisposeScope());
        }

        return stack(dices).mean().neg();
    }
}
