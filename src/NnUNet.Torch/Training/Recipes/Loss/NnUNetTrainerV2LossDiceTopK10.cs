using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Soft Dice plus cross-entropy of the worst tenth of the voxels.</summary>
[CatalogName("nnUNetTrainerV2_Loss_DiceTopK10")]
public sealed class NnUNetTrainerV2LossDiceTopK10 : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Loss => "DC_and_topk_loss";
}
