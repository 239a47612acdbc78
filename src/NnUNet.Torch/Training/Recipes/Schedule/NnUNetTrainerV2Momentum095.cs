using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>A step keeps 0.95 of the momentum instead of 0.99.</summary>
[CatalogName("nnUNetTrainerV2_momentum095")]
public sealed class NnUNetTrainerV2Momentum095 : TrainerRecipe
{
    /// <inheritdoc/>
    public override double Momentum => 0.95;
}
