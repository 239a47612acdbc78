using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>Rectified Adam with lookahead, beginning with a rate of 0.0003.</summary>
[CatalogName("nnUNetTrainerV2_Ranger_lr3en4")]
public sealed class NnUNetTrainerV2RangerRate3En4 : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Optimizer => "Ranger";

    /// <inheritdoc/>
    public override double InitialLearningRate => 3e-4;
}
