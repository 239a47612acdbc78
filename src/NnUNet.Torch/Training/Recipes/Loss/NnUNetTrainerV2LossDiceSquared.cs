using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Soft Dice with squares in the denominator, beginning with a rate of 0.001.</summary>
[CatalogName("nnUNetTrainerV2_Loss_Dice_squared")]
public sealed class NnUNetTrainerV2LossDiceSquared : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Loss => "SoftDiceLossSquared";

    /// <inheritdoc/>
    public override double InitialLearningRate => 1e-3;
}
