using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>The rate falls to a tenth at epochs 500, 675 and 850.</summary>
[CatalogName("nnUNetTrainerV2_SGD_fixedSchedule")]
public sealed class NnUNetTrainerV2SgdFixedSchedule : TrainerRecipe
{
    /// <inheritdoc/>
    public override double LearningRate(int epoch, int epochs) => InitialLearningRate * epoch switch
    {
        < 500 => 1,
        < 675 => 0.1,
        < 850 => 0.01,
        _ => 0.001,
    };
}
