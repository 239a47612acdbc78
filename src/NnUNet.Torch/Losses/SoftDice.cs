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
        static c => Of(c, Smooth));

    /// <summary>The soft Dice of one class or region: (B) or, with batch Dice, one number.</summary>
    /// <param name="c">Its overlap.</param>
    /// <param name="smooth">Added above and below the fraction bar.</param>
    public static Tensor Of(ClassOverlap c, double smooth) => c.Overlap.Times(2).Plus(smooth) / c.Probabilities.sum(c.Axes).Plus(c.Count).Plus(smooth).Plus(TinyDenominator);

    /// <summary>Probabilities held against a mask.</summary>
    /// <param name="probabilities">(B, …).</param>
    /// <param name="mask">(B, …), true or false.</param>
    /// <param name="batchDice">Whether the batch is one image.</param>
    public static ClassOverlap Overlap(Tensor probabilities, Tensor mask, bool batchDice)
    {
        int first = batchDice ? 0 : 1;
        long[] axes = [.. Enumerable.Range(first, (int)mask.dim() - first).Select(static a => (long)a)];
        return new ClassOverlap(probabilities, (probabilities * mask).sum(axes), mask.sum(axes).to_type(probabilities.dtype), axes);
    }

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
        Tensor[] classes = probabilities.unbind(1); // K of (B, …)
        List<Tensor> measures = [];
        for (int k = background ? 0 : 1; k < classes.Length; k++)
        {
            using DisposeScope classScope = NewDisposeScope();
            measures.Add(measure(Overlap(classes[k], labels.EqualTo(k), batchDice)).MoveToOuterDisposeScope());
        }

        return measures;
    }
}
