using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>Begins with a rate of 0.001 instead of 0.01.</summary>
[CatalogName("nnUNetTrainerV2_SGD_lr1en3")]
public sealed class NnUNetTrainerV2SgdRate1En3 : TrainerRecipe
{
    /// <inheritdoc/>
    public override double InitialLearningRate => 1e-3;
}
