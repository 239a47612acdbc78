using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Torch.Losses;

/// <summary>A loss of outputs that are regions and may overlap: each is held against its own voxels by the sigmoid of its logits.</summary>
/// <remarks>A point of extension as <see cref="SegmentationLoss"/>; the target is labels, of which the voxels of each region are made.</remarks>
public abstract class RegionLoss : SegmentationLoss
{
    /// <summary>The regions in the order of the outputs; set by the training.</summary>
    /// <value>None.</value>
    public ValueArray<LabelRegion> Regions { get; set; }

    /// <summary>Added above and below the fraction bar of the soft Dice.</summary>
    /// <value>1e-5.</value>
    protected virtual double Smooth => SoftDice.Smooth;

    /// <summary>The loss of one output of the network, a resolution.</summary>
    /// <param name="logits">(B, R, …), one channel a region.</param>
    /// <param name="target">(B, 1, …), labels of any element type.</param>
    /// <returns>One number with its gradient, owned by the caller.</returns>
    /// <exception cref="ArgumentException">There are more or fewer outputs than regions.</exception>
    public sealed override Tensor Compute(Tensor logits, Tensor target)
    {
        if (logits.shape[1] != Regions.Count) throw new ArgumentException($"{logits.shape[1]} outputs for {Regions.Count} regions", nameof(logits));

        using DisposeScope scope = NewDisposeScope();
        Tensor[] outputs = logits.unbind(1); // R of (B, …)
        List<Tensor> losses = [];
        for (int r = 0; r < outputs.Length; r++)
        {
            using DisposeScope regionScope = NewDisposeScope();
            losses.Add(OfRegion(outputs[r], RegionMasks.Of(Regions[r], target)).MoveToOuterDisposeScope());
        }

        return stack(losses).mean().MoveToOuterDisposeScope();
    }

    /// <summary>The loss of one region; that of all is the mean.</summary>
    /// <param name="logits">(B, …).</param>
    /// <param name="mask">(B, …), true within the region.</param>
    protected abstract Tensor OfRegion(Tensor logits, Tensor mask);

    /// <summary>Minus the soft Dice of one region, of the whole batch or the mean over its samples.</summary>
    /// <inheritdoc cref="OfRegion"/>
    protected Tensor DiceOf(Tensor logits, Tensor mask) => SoftDice.Of(SoftDice.Overlap(logits.sigmoid(), mask, DiceBatch), Smooth).mean().neg();

    /// <summary>The mean binary cross-entropy of one region's voxels.</summary>
    /// <inheritdoc cref="OfRegion"/>
    protected static Tensor EntropyOf(Tensor logits, Tensor mask) => F.binary_cross_entropy_with_logits(logits, mask.to_type(logits.dtype));
}
