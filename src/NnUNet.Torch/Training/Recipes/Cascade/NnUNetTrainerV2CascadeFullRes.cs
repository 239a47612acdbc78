using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Cascade;

/// <summary>The second stage of the cascade: nnUNetTrainerV2 with the low resolution's segmentation as further input channels.</summary>
/// <remarks>Source: nnunet/training/network_training/nnUNetTrainerV2_CascadeFullRes.py.</remarks>
[CatalogName("nnUNetTrainerV2CascadeFullRes")]
public sealed class NnUNetTrainerV2CascadeFullRes : TrainerRecipe
{
    /// <inheritdoc/>
    public override bool UsesPreviousStage => true;
}
