using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Cross-entropy that gives way to soft Dice between epochs 500 and 750.</summary>
[CatalogName("nnUNetTrainerV2_graduallyTransitionFromCEToDice")]
public sealed class NnUNetTrainerV2EntropyToDice : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Loss => "CE_to_DC_loss";
}
