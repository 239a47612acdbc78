using NnUNet.Foundation;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Torch.Losses;

/// <summary>The mean cross-entropy of all voxels.</summary>
/// <remarks>Source: nnunet/training/loss_functions/crossentropy.py, RobustCrossEntropyLoss.</remarks>
[CatalogName("RobustCrossEntropyLoss")]
public sealed class CrossEntropyLoss : SegmentationLoss
{
    /// <inheritdoc/>
    public override string? ForRegions => "BCEWithLogitsLoss";

    /// <inheritdoc/>
    public override Tensor Compute(Tensor logits, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        return F.cross_entropy(logits, Labels(target)).MoveToOuterDisposeScope();
    }

    /// <summary>The loss of logarithms of probabilities (B, K, …) for labels (B, …).</summary>
    internal static Tensor Mean(Tensor logProbabilities, Tensor labels) => F.nll_loss(logProbabilities, labels);
}
