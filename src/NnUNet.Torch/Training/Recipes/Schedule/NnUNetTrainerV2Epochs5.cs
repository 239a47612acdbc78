using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>5 epochs: to see how fast a machine trains.</summary>
/// <remarks>The original neither validates nor saves here; this is a whole training.</remarks>
[CatalogName("nnUNetTrainerV2_5epochs")]
[CatalogName("nnUNetTrainerV2_DDP_5epochs")]
public sealed class NnUNetTrainerV2Epochs5 : TrainerRecipe
{
    /// <inheritdoc/>
    public override int Epochs => 5;
}
