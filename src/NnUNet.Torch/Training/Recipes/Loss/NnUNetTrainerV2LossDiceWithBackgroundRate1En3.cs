using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Soft Dice of all classes alone, beginning with a rate of 0.001.</summary>
[CatalogName("nnUNetTrainerV2_Loss_DicewithBG_LR1en3")]
public sealed class NnUNetTrainerV2LossDiceWithBackgroundRate1En3 : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Loss => "SoftDiceLoss_do_bg";

    /// <inheritdoc/>
    public override double InitialLearningRate => 1e-3;
}
