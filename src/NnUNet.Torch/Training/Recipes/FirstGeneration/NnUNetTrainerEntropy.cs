using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.FirstGeneration;

/// <summary>The first generation with cross-entropy alone.</summary>
[CatalogName("nnUNetTrainerCE")]
public sealed class NnUNetTrainerEntropy : FirstGenerationTrainer
{
    /// <inheritdoc/>
    public override string Loss => "RobustCrossEntropyLoss";
}
