using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>Rectified Adam with lookahead, beginning with a rate of 0.003.</summary>
[CatalogName("nnUNetTrainerV2_Ranger_lr3en3")]
public sealed class NnUNetTrainerV2RangerRate3En3 : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Optimizer => "Ranger";

    /// <inheritdoc/>
    public override double InitialLearningRate => 3e-3;
}
