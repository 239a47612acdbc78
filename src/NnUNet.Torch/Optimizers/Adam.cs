using NnUNet.Foundation;

namespace NnUNet.Torch.Optimizers;

/// <summary>Adam with weight decay as part of the gradient.</summary>
/// <remarks>Source: nnunet/training/network_training/nnUNet_variants/optimizer_and_lr/nnUNetTrainerV2_Adam.py.</remarks>
[CatalogName("Adam")]
public sealed class Adam : AdamOptimizer
{
    /// <inheritdoc/>
    protected override bool DecoupledDecay => false;
}
