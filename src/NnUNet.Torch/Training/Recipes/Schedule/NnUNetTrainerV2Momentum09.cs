using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>A step keeps 0.9 of the momentum instead of 0.99.</summary>
[CatalogName("nnUNetTrainerV2_momentum09")]
public sealed class NnUNetTrainerV2Momentum09 : TrainerRecipe
{
    /// <inheritdoc/>
    public override double Momentum => 0.9;
}
