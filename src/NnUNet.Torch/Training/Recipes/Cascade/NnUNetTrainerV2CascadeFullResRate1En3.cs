using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Cascade;

/// <summary>The cascade, beginning with a rate of 0.001.</summary>
[CatalogName("nnUNetTrainerV2CascadeFullRes_lowerLR")]
public sealed class NnUNetTrainerV2CascadeFullResRate1En3 : TrainerRecipe
{
    /// <inheritdoc/>
    public override bool UsesPreviousStage => true;

    /// <inheritdoc/>
    public override double InitialLearningRate => 1e-3;
}
