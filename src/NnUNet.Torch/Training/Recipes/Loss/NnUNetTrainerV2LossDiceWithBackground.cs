using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Soft Dice of all classes alone, the background counted.</summary>
[CatalogName("nnUNetTrainerV2_Loss_DicewithBG")]
public sealed class NnUNetTrainerV2LossDiceWithBackground : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Loss => "SoftDiceLoss_do_bg";
}
