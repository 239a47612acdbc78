using NnUNet.Foundation;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace AddATrainer;

/// <summary>Overlap in which a missed voxel weighs more than one too many (Salehi et al. 2017).</summary>
[CatalogName("TverskyLoss")]
public sealed class TverskyLoss : SegmentationLoss
{
    private const double TooMany = 0.3;
    private const double Missed = 0.7;
    private const double Smooth = 1e-5;

    /// <inheritdoc/>
    public override Tensor Compute(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor probabilities = logits.softmax(1); // (B, K, …)
        Tensor truth = zeros_like(probabilities).scatter_(1, target.to_type(int64), ones_like(probabilities));
        long[] axes = [.. Enumerable.Range(2, (int)logits.dim() - 2).Select(static a => (long)a)];
        if (BatchDice) axes = [0, .. axes];

        Tensor both = Sum(probabilities * truth, axes); // (B, K) or (K)
        Tensor tooMany = Sum(probabilities * truth.neg().Plus(1), axes);
        Tensor missed = Sum(probabilities.neg().Plus(1) * truth, axes);
        Tensor overlap = both.Plus(Smooth) / both.Plus(tooMany.Times(TooMany)).Plus(missed.Times(Missed)).Plus(Smooth);
        return overlap.narrow(-1, 1, overlap.shape[^1] - 1).mean().neg().Plus(1).MoveToOuterDisposeScope(); // the background does not count
    }

    /// <summary>Sums over the voxels of each sample, or over those of the whole batch.</summary>
    private Tensor Sum(Tensor values, long[] axes) => DiceBatch is { } batch ? batch.Sum(values.sum(axes)) : values.sum(axes);
}
