using NnUNet.Foundation;
using NnUNet.Torch.Losses;

namespace NnUNet.Torch.Training.Recipes.Computing;

/// <summary>5 epochs in which only the output of full resolution counts: to see what the others cost.</summary>
/// <remarks>The original neither validates nor saves here; this is a whole training.</remarks>
[CatalogName("nnUNetTrainerV2_5epochs_noDS")]
public sealed class NnUNetTrainerV2Epochs5NoDeepSupervision : TrainerRecipe
{
    /// <inheritdoc/>
    public override int Epochs => 5;

    /// <inheritdoc/>
    public override ValueArray<double> OutputWeights(int outputs) => DeepSupervisionLoss.FullResolutionOnly(outputs);
}
