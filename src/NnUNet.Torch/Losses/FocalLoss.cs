using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Torch.Losses;

/// <summary>
/// Each class against all others by the sigmoid of its logit, where voxels that are right already count less
/// (Lin et al. 2017): gamma 2, alpha 0.25; the mean over the voxels, summed over the classes.
/// </summary>
/// <remarks>
/// Source: nnUNetTrainerV2_focalLoss.py, FocalLossMultiClass. The original reads the logits as if the classes were the
/// last axis, so that it compares a voxel with its neighbours' logits; here each voxel is compared with its own.
/// </remarks>
[CatalogName("FocalLossMultiClass")]
public sealed class FocalLoss : SegmentationLoss
{
    private const double Alpha = 0.25;

    /// <inheritdoc/>
    public override Tensor Compute(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor labels = Labels(target);
        Tensor[] classes = logits.unbind(1); // K of (B, …)
        List<Tensor> losses = [];
        for (int k = 0; k < classes.Length; k++)
        {
            using DisposeScope classScope = NewDisposeScope();
            Tensor isClass = labels.EqualTo(k).to_type(logits.dtype); // (B, …)
            Tensor entropy = F.binary_cross_entropy_with_logits(classes[k], isClass, reduction: nn.Reduction.None); // (B, …)
            Tensor wrong = entropy.neg().exp().neg().Plus(1);
            Tensor weight = isClass.Times(Alpha).Plus(isClass.neg().Plus(1).Times(1 - Alpha));
            losses.Add((wrong.Squared() * entropy * weight).mean().MoveToOuterDisposeScope());
        }

        return stack(losses).sum().MoveToOuterDisposeScope();
    }
}
