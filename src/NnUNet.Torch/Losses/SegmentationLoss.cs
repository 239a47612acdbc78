using NnUNet.Foundation;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>A loss by name, a point of extension: a sealed class with <see cref="CatalogNameAttribute"/> and a parameterless constructor.</summary>
public abstract class SegmentationLoss
{
    /// <summary>Whether overlap is measured over the whole batch instead of each sample.</summary>
    /// <value>False.</value>
    public bool BatchDice { get; set; }

    /// <summary>The loss of one output.</summary>
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
