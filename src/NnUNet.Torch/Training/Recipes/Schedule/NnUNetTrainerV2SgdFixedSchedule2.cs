using NnUNet.Foundation;
using NnUNet.Torch.Optimizers;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>The rate falls to a tenth at epoch 500, and from epoch 675 on smoothly to 0.</summary>
[CatalogName("nnUNetTrainerV2_SGD_fixedSchedule2")]
public sealed class NnUNetTrainerV2SgdFixedSchedule2 : TrainerRecipe
{
    /// <inheritdoc/>
    public override double Rate(int epoch, int epochs) => epoch switch
    {
        < 500 => InitialRate,
        < 675 => 0.1 * InitialRate,
        _ => new PolyRate(0.1 * InitialRate, epochs - 675).At(epoch - 675),
    };
}
