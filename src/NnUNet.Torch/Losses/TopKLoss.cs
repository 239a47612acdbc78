using NnUNet.Foundation;
using NnUNet.Torch.Replicas;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Torch.Losses;

/// <summary>The mean cross-entropy of the worst tenth of the batch's voxels.</summary>
/// <remarks>Source: nnunet/training/loss_functions/TopK_loss.py, TopKLoss with k 10; here at least one voxel counts.</remarks>
[CatalogName("TopKLoss")]
public sealed class TopKLoss : SegmentationLoss
{
    private const int Percent = 10;

    /// <inheritdoc/>
    public override Tensor Compute(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor labels = Labels(target);
        return OfWorst(F.log_softmax(logits, 1), labels, Batch).MoveToOuterDisposeScope();
    }

    /// <summary>The loss of logarithms of probabilities (B, K, …) for labels (B, …): of the worst voxels of the whole batch.</summary>
    internal static Tensor OfWorst(Tensor logProbabilities, Tensor labels, BatchShare batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor each = batch.Join(F.nll_loss(logProbabilities, labels, reduction: nn.Reduction.None).flatten()); // (voxels)
        int count = (int)Math.Max(1, each.numel() * Percent / 100);
        return each.topk(count, sorted: false).values.mean().MoveToOuterDisposeScope();
    }
}
