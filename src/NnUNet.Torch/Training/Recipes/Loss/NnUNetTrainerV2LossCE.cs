using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Cross-entropy alone.</summary>
[CatalogName("nnUNetTrainerV2_Loss_CE")]
public sealed class NnUNetTrainerV2LossCE : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Loss => "RobustCrossEntropyLoss";
}
