using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>Adam (AMSGrad) instead of SGD.</summary>
[CatalogName("nnUNetTrainerV2_Adam")]
[CatalogName("nnUNetTrainerV2_Adam_copy1")]
[CatalogName("nnUNetTrainerV2_Adam_copy2")]
[CatalogName("nnUNetTrainerV2_Adam_copy3")]
[CatalogName("nnUNetTrainerV2_Adam_copy4")]
public sealed class NnUNetTrainerV2Adam : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Optimizer => "Adam";
}
