using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>From epoch 801 on the momentum falls evenly from 0.99 to 0.9.</summary>
[CatalogName("nnUNetTrainerV2_reduceMomentumDuringTraining")]
public sealed class NnUNetTrainerV2ReduceMomentum : TrainerRecipe
{
    /// <inheritdoc/>
    public override double MomentumAt(int epoch, int epochs) => Momentum - ((Momentum - 0.9) / 200 * Math.Max(0, epoch - 801));
}
