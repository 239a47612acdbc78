using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Matthews' correlation coefficient of all classes, the background counted, beginning with a rate of 0.001.</summary>
[CatalogName("nnUNetTrainerV2_Loss_MCC")]
public sealed class NnUNetTrainerV2LossMatthews : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Loss => "MCCLoss";

    /// <inheritdoc/>
    public override double InitialLearningRate => 1e-3;
}
