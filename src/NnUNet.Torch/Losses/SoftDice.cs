using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Soft Dice of probabilities against class numbers.</summary>
/// <remarks>
/// Written with sums of probabilities and class counts: 2 tp + fp + fn is the sum of a class's probabilities plus its voxel
/// count, so that no one-hot tensor of the size of the logits is made.
/// Source: nnunet/training/loss_functions/dice_loss.py, SoftDiceLoss with smooth 1e-5.
/// </remarks>
internal static class SoftDice
{
    /// <summary>Added above and below the fraction bar by every trainer of the original.</summary>
    public const double Smooth = 1e-5;

    private const double TinyDenominator = 1e-8;

    /// <summary>Minus the mean soft Dice.</summary>
    /// <param name="probabilities">(B, K, …).</param>
    /// <param name="labels">(B, …), class numbers.</param>
    /// <param name="batch">The batch that is one image; null where each sample is one.</param>
    /// <param name="background">Whether class 0 counts too.</param>
    public static Tensor Loss(Tensor probabilities, Tensor labels, BatchShare? batch, bool background) => MeanOverClasses(
        probabilities,
        labels,
        batch,
        background,
        static c => Of(c, Smooth));

    /// <summary>The soft Dice of classes or of a region, each a number.</summary>
    /// <param name="c">The overlap.</param>
    /// <param name="smooth">Added above and below the fraction bar.</param>
    public static Tensor Of(ClassOverlap c, double smooth) => c.Overlap.Times(2).Plus(smooth) / c.Probabilities.Plus(c.Count).Plus(smooth).Plus(TinyDenominator);

    /// <summary>Probabilities held against a mask.</summary>
    /// <param name="probabilities">(B, …).</param>
    /// <param name="mask">(B, …), true or false.</param>
    /// <param name="batch">The batch that is one image; null where each sample is one.</param>
    public static ClassOverlap Overlap(Tensor probabilities, Tensor mask, BatchShare? batch) => OfBatch(OfSamples(probabilities, mask, batch, null), VoxelsOf(mask, batch), batch);

    /// <summary>Minus the mean of some measure of each class's overlap.</summary>
    /// <param name="probabilities">(B, K, …).</param>
    /// <param name="labels">(B, …), class numbers.</param>
    /// <param name="batch">The batch that is one image; null where each sample is one.</param>
    /// <param name="background">Whether class 0 counts too.</param>
    /// <param name="measure">The measure of each class: (K, B) or, of a batch, (K).</param>
    /// <param name="counted">What is summed in place of the probabilities; null for themselves.</param>
    public static Tensor MeanOverClasses(
        Tensor probabilities, Tensor labels, BatchShare? batch, bool background, Func<ClassOverlap, Tensor> measure, Func<Tensor, Tensor>? counted = null)
    {
        using DisposeScope scope = NewDisposeScope();
        return measure(OfClasses(probabilities, labels, batch, background, counted)).mean().neg().MoveToOuterDisposeScope();
    }

    /// <summary>The overlap of all classes.</summary>
    /// <inheritdoc cref="MeanOverClasses"/>
    public static ClassOverlap OfClasses(Tensor probabilities, Tensor labels, BatchShare? batch, bool background, Func<Tensor, Tensor>? counted = null)
    {
        Tensor[] classes = probabilities.unbind(1); // K of (B, …)
        List<Tensor> overlaps = [];
        for (int k = background ? 0 : 1; k < classes.Length; k++)
        {
            using DisposeScope classScope = NewDisposeScope();
            overlaps.Add(OfSamples(classes[k], labels.EqualTo(k), batch, counted).MoveToOuterDisposeScope());
        }

        return OfBatch(stack(overlaps, 1), VoxelsOf(labels, batch), batch);
    }

    /// <summary>Overlap, probabilities and voxels of one class in the samples that are here: (3, B), or (3) of all together.</summary>
    private static Tensor OfSamples(Tensor probabilities, Tensor mask, BatchShare? batch, Func<Tensor, Tensor>? counted)
    {
        int first = batch is null ? 1 : 0;
        long[] axes = [.. Enumerable.Range(first, (int)mask.dim() - first).Select(static a => (long)a)];
        Tensor summed = counted is null ? probabilities : counted(probabilities);
        return stack([(probabilities * mask).sum(axes), summed.sum(axes), mask.sum(axes).to_type(probabilities.dtype)]);
    }

    /// <summary>The same of the whole batch, where that is one image.</summary>
    private static ClassOverlap OfBatch(Tensor samples, long voxels, BatchShare? batch)
    {
        Tensor[] sums = (batch is null ? samples : batch.Sum(samples)).unbind(0);
        return new ClassOverlap(sums[0], sums[1], sums[2], voxels);
    }

    private static long VoxelsOf(Tensor labels, BatchShare? batch) => batch is null ? labels.numel() / labels.shape[0] : batch.Count(labels.numel());
}
