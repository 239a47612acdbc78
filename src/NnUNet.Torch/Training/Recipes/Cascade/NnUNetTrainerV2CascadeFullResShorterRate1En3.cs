using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Cascade;

/// <summary>The cascade for 500 epochs, beginning with a rate of 0.001.</summary>
[CatalogName("nnUNetTrainerV2CascadeFullRes_shorter_lowerLR")]
public sealed class NnUNetTrainerV2CascadeFullResShorterRate1En3 : TrainerRecipe
{
    /// <inheritdoc/>
    public override bool UsesPreviousStage => true;

    /// <inheritdoc/>
    public override int Epochs => 500;

    /// <inheritdoc/>
    public override double InitialLearningRate => 1e-3;
}
