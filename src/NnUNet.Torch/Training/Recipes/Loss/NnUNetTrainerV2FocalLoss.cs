using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Focal loss: voxels that are right already count less.</summary>
[CatalogName("nnUNetTrainerV2_focalLoss")]
public sealed class NnUNetTrainerV2FocalLoss : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Loss => "FocalLossMultiClass";
}
