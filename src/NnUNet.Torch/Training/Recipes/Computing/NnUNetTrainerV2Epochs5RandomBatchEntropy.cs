using NnUNet.Foundation;
using NnUNet.Torch.Losses;

namespace NnUNet.Torch.Training.Recipes.Computing;

/// <summary>5 epochs on one batch of random numbers with cross-entropy at full resolution alone.</summary>
/// <remarks>The original neither validates nor saves here; this is a whole training, whose network knows random numbers only.</remarks>
[CatalogName("nnUNetTrainerV2_5epochs_dummyLoadCEnoDS")]
public sealed class NnUNetTrainerV2Epochs5RandomBatchEntropy : TrainerRecipe
{
    /// <inheritdoc/>
    public override int Epochs => 5;

    /// <inheritdoc/>
    public override bool RepeatsOneRandomBatch => true;

    /// <inheritdoc/>
    public override string Loss => "RobustCrossEntropyLoss";

    /// <inheritdoc/>
    public override ValueArray<double> OutputWeights(int outputs) => DeepSupervisionLoss.FullResolutionOnly(outputs);
}
