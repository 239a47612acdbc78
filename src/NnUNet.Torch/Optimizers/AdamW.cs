using NnUNet.Foundation;

namespace NnUNet.Torch.Optimizers;

/// <summary>Adam with weight decay apart from the gradient.</summary>
[CatalogName("AdamW")]
public sealed class AdamW : AdamOptimizer
{
    /// <inheritdoc/>
    protected override bool DecoupledDecay => true;
}
