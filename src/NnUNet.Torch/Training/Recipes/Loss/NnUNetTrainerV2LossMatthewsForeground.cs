using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Matthews' correlation coefficient of the foreground, beginning with a rate of 0.001.</summary>
[CatalogName("nnUNetTrainerV2_Loss_MCCnoBG")]
public sealed class NnUNetTrainerV2LossMatthewsForeground : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Loss => "MCCLoss_no_bg";

    /// <inheritdoc/>
    public override double InitialLearningRate => 1e-3;
}
