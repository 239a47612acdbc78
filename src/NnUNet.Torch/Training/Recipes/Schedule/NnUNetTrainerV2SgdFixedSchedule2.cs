using NnUNet.Foundation;
using NnUNet.Torch.Optimizers;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>The rate falls to a tenth at epoch 500, and from epoch 675 on smoothly to 0.</summary>
[CatalogName("nnUNetTrainerV2_SGD_fixedSchedule2")]
public sealed class NnUNetTrainerV2SgdFixedSchedule2 : TrainerRecipe
{
    /// <inheritdoc/>
    public override double LearningRate(int epoch, int epochs) => epoch switch
    {
        < 500 => InitialLearningRate,
        < 675 => 0.1 * InitialLearningRate,
        _ => new PolyLearningRate(0.1 * InitialLearningRate, epochs - 675).At(epoch - 675),
    };
}
