using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Dice takes the whole batch as one image in every configuration.</summary>
[CatalogName("nnUNetTrainerV2_ForceBD")]
public sealed class NnUNetTrainerV2ForceBatchDice : TrainerRecipe
{
    /// <inheritdoc/>
    public override bool BatchDice(bool standard) => true;
}
