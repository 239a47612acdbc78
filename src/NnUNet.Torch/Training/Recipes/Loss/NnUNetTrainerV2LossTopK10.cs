using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Cross-entropy of the worst tenth of the voxels alone.</summary>
[CatalogName("nnUNetTrainerV2_Loss_TopK10")]
[CatalogName("nnUNetTrainerV2_Loss_TopK10_copy1")]
[CatalogName("nnUNetTrainerV2_Loss_TopK10_copy2")]
[CatalogName("nnUNetTrainerV2_Loss_TopK10_copy3")]
[CatalogName("nnUNetTrainerV2_Loss_TopK10_copy4")]
public sealed class NnUNetTrainerV2LossTopK10 : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Loss => "TopKLoss";
}
