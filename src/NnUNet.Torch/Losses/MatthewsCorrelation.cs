using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>Matthews' correlation coefficient of probabilities and class numbers.</summary>
/// <remarks>
/// Of the soft counts, tp tn - fp fn over the root of (tp + fp)(tp + fn)(tn + fp)(tn + fn) is the correlation of a class's
/// probabilities with its voxels: with the means p of the probabilities, t of the voxels and o of their product it is
/// (o - p t) over the root of p (1 - p) t (1 - t). Written so, no number is larger than 1.
/// The original divides by 0 where a class is missing, or is all there is; here the coefficient is 0 then, without a gradient.
/// Source: nnunet/training/loss_functions/dice_loss.py, MCCLoss with smooth 0.
/// </remarks>
internal static class MatthewsCorrelation
{
    /// <summary>Products of variances below it count as none; gradients of larger ones stay within float32's range.</summary>
    private const double NoVariance = 1e-20;

    /// <summary>Minus the mean coefficient of the classes.</summary>
    /// <param name="probabilities">(B, K, …).</param>
    /// <param name="labels">(B, …), class numbers.</param>
    /// <param name="batch">The batch that is one image; null where each sample is one.</param>
    /// <param name="background">Whether class 0 counts too.</param>
    public static Tensor Loss(Tensor probabilities, Tensor labels, BatchShare? batch, bool background) =>
        SoftDice.MeanOverClasses(probabilities, labels, batch, background, Coefficient);

    private static Tensor Coefficient(ClassOverlap c)
    {
        Tensor said = c.Probabilities.DividedBy(c.Voxels); // (K, B) or (K)
        Tensor there = c.Count.DividedBy(c.Voxels);
        Tensor together = c.Overlap.DividedBy(c.Voxels) - (said * there);
        Tensor variances = said * said.neg().Plus(1) * there * there.neg().Plus(1);
        Tensor varies = variances.GreaterThan(NoVariance);
        Tensor root = where(varies, variances, ones_like(variances)).sqrt();
        return where(varies, together / root, zeros_like(root));
    }
}
