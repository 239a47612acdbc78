using NnUNet.Foundation;
using NnUNet.Torch.Replicas;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>A loss by name, a point of extension: a sealed class with <see cref="CatalogNameAttribute"/> and a parameterless constructor.</summary>
public abstract class SegmentationLoss
{
    /// <summary>Whether overlap is measured over the whole batch instead of each sample.</summary>
    /// <value>False.</value>
    public bool BatchDice { get; set; }

    /// <summary>How the samples that the loss sees belong to the batch; set by the training.</summary>
    /// <value>They are the whole batch.</value>
    public BatchShare Batch { get; set; } = BatchShare.Whole;

    /// <summary>The batch that overlap is measured over; null where it is measured in each sample.</summary>
    protected BatchShare? DiceBatch => BatchDice ? Batch : null;

    /// <summary>The name of the loss that does the same with regions that may overlap, a <see cref="RegionLoss"/>.</summary>
    /// <value>Null: there is none, so that trainers with this loss do not train on regions.</value>
    public virtual string? ForRegions => null;

    /// <summary>The loss of one output: a mean over its samples, but for what is taken from the whole batch (<see cref="Batch"/>).</summary>
    /// <param name="logits">(B, K, …), floating point.</param>
    /// <param name="target">(B, 1, …), class numbers from 0 to K - 1 of any element type.</param>
    /// <returns>One number with its gradient, owned by the caller.</returns>
    public abstract Tensor Compute(Tensor logits, Tensor target);

    /// <summary>Called before each epoch of a training, for losses that change in its course. What they are depends on the epoch alone, so that a continued training cannot differ.</summary>
    /// <param name="epoch">Epoch from 0 on.</param>
    public virtual void StartEpoch(int epoch)
    {
        // Most losses are always the same.
    }

    /// <summary>The target as class numbers (B, …) of the type that torch indexes with.</summary>
    /// <param name="target">(B, 1, …), class numbers of any element type.</param>
    protected static Tensor Labels(Tensor target) => target.squeeze(1).to_type(int64);
}
