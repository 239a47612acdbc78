using static TorchSharp.torch;

namespace NnUNet.Torch.Replicas;

/// <summary>
/// How the samples that a network or a loss sees belong to a batch: they are the whole of it, unless replicas share its samples out among them.
/// A loss that is a mean over samples need not care; what it takes from the whole batch, it takes through this.
/// </summary>
/// <remarks>
/// The losses of all replicas are averaged by the numbers of their samples. Every replica calls the methods equally often, in the same order.
/// </remarks>
public class BatchShare
{
    private protected BatchShare()
    {
    }

    /// <summary>The samples are the whole batch.</summary>
    public static BatchShare Whole { get; } = new();

    /// <summary>The sum of values over all replicas, with its gradient.</summary>
    /// <param name="values">Any shape, the same on all replicas: sums over the samples here.</param>
    /// <returns>The sums over the samples of the batch; may be the same tensor.</returns>
    public virtual Tensor Sum(Tensor values) => values;

    /// <summary>The values of all samples of the batch, with their gradient.</summary>
    /// <param name="values">(V b): V values of each of the b samples here, one sample after the other.</param>
    /// <returns>(V B): those of the batch's B samples; may be the same tensor.</returns>
    public virtual Tensor Join(Tensor values) => values;

    /// <summary>How many of something the batch has.</summary>
    /// <param name="here">How many the samples here have.</param>
    public virtual long Count(long here) => here;
}
