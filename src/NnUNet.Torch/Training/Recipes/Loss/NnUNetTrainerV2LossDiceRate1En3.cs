using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Soft Dice of the foreground alone, beginning with a rate of 0.001.</summary>
[CatalogName("nnUNetTrainerV2_Loss_Dice_LR1en3")]
public sealed class NnUNetTrainerV2LossDiceRate1En3 : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Loss => "SoftDiceLoss";

    /// <inheritdoc/>
    public override double InitialLearningRate => 1e-3;
}
