using NnUNet.Foundation;
using NnUNet.Torch.Losses;

namespace NnUNet.Torch.Training.Recipes.Computing;

/// <summary>5 epochs of cross-entropy at full resolution alone: to see what the loss costs.</summary>
/// <remarks>The original neither validates nor saves here; this is a whole training.</remarks>
[CatalogName("nnUNetTrainerV2_5epochs_CEnoDS")]
public sealed class NnUNetTrainerV2Epochs5Entropy : TrainerRecipe
{
    /// <inheritdoc/>
    public override int Epochs => 5;

    /// <inheritdoc/>
    public override string Loss => "RobustCrossEntropyLoss";

    /// <inheritdoc/>
    public override ValueArray<double> OutputWeights(int outputs) => DeepSupervisionLoss.FullResolutionOnly(outputs);
}
