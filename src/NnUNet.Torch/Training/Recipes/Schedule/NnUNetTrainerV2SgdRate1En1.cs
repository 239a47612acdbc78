using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>Begins with a rate of 0.1 instead of 0.01.</summary>
[CatalogName("nnUNetTrainerV2_SGD_lr1en1")]
public sealed class NnUNetTrainerV2SgdRate1En1 : TrainerRecipe
{
    /// <inheritdoc/>
    public override double InitialLearningRate => 1e-1;
}
