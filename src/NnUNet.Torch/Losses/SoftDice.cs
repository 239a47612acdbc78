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
    /// <param name="batchDice">Whether the batch is one image.</param>
    /// <param name="background">Whether class 0 counts too.</param>
    public static Tensor Loss(Tensor probabilities, Tensor labels, bool batchDice, bool background) => MeanOverClasses(
        probabilities,
        labels,
        batchDice,
        background,
        static c => c.Overlap.Times(2).Plus(Smooth) / c.Probabilities.sum(c.Axes).Plus(c.Count).Plus(Smooth).Plus(TinyDenominator));

    /// <summary>Minus the mean of some measure of each class's overlap.</summary>
    /// <param name="probabilities">(B, K, …).</param>
    /// <param name="labels">(B, …), class numbers.</param>
    /// <param name="batchDice">Whether the batch is one image.</param>
    /// <param name="background">Whether class 0 counts too.</param>
    /// <param name="measure">The measure: (B) or, with batch Dice, one number.</param>
    public static Tensor MeanOverClasses(Tensor probabilities, Tensor labels, bool batchDice, bool background, Func<ClassOverlap, Tensor> measure)
    {
        using DisposeScope scope = NewDisposeScope();
        return stack(OfClasses(probabilities, labels, batchDice, background, measure)).mean().neg().MoveToOuterDisposeScope();
    }

    /// <summary>Some measure of each class's overlap: each (B) or, with batch Dice, one number.</summary>
    /// <inheritdoc cref="MeanOverClasses"/>
    public static List<Tensor> OfClasses(Tensor probabilities, Tensor labels, bool batchDice, bool background, Func<ClassOverlap, Tensor> measure)
    {
        int first = batchDice ? 0 : 1;
        long[] axes = [.. Enumerable.Range(first, (int)labels.dim() - first).Select(static a => (long)a)];
        Tensor[] classes = probabilities.unbind(1); // K of (B, …)
        List<Tensor> measures = [];
        for (int k = background ? 0 : 1; k < classes.Length; k++)
        {
            using DisposeScope classScope = NewDisposeScope();
            Tensor isClass = labels.EqualTo(k); // (B, …)
            Tensor overlap = (classes[k] * isClass).sum(axes); // (B) or ()
            Tensor count = isClass.sum(axes).to_type(probabilities.dtype); // (B) or ()
            measures.Add(measure(new ClassOverlap(classes[k], overlap, count, axes)).MoveToOuterDisposeScope());
        }

        return measures;
    }
}
