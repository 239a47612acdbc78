using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Soft Dice of the foreground alone.</summary>
[CatalogName("nnUNetTrainerV2_Loss_Dice")]
public sealed class NnUNetTrainerV2LossDice : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Loss => "SoftDiceLoss";
}
