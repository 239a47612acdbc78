using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>A step keeps 0.9 of the momentum in 2D, as that of nnUNetTrainerV2_momentum09; in 3D it is as nnUNetTrainerV2.</summary>
[CatalogName("nnUNetTrainerV2_momentum09in2D")]
public sealed class NnUNetTrainerV2Momentum09In2D : TrainerRecipe
{
    /// <inheritdoc/>
    public override TrainerRecipe For(ConfigurationPlan plan) => plan.Is2D ? new NnUNetTrainerV2Momentum09() : this;
}
