using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Computing;

/// <summary>5 epochs on one batch of random numbers: to see what the network takes, without reading and augmenting.</summary>
/// <remarks>The original neither validates nor saves here; this is a whole training, whose network knows random numbers only.</remarks>
[CatalogName("nnUNetTrainerV2_5epochs_dummyLoad")]
[CatalogName("nnUNetTrainerV2_DDP_5epochs_dummyLoad")]
public sealed class NnUNetTrainerV2Epochs5RandomBatch : TrainerRecipe
{
    /// <inheritdoc/>
    public override int Epochs => 5;

    /// <inheritdoc/>
    public override bool RepeatsOneRandomBatch => true;
}
