using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>Rectified Adam with lookahead, beginning with a rate of 0.01.</summary>
[CatalogName("nnUNetTrainerV2_Ranger_lr1en2")]
public sealed class NnUNetTrainerV2RangerRate1En2 : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Optimizer => "Ranger";

    /// <inheritdoc/>
    public override double InitialLearningRate => 1e-2;
}
