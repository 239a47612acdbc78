using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Dice is computed for each sample in every configuration.</summary>
[CatalogName("nnUNetTrainerV2_ForceSD")]
public sealed class NnUNetTrainerV2ForceSampleDice : TrainerRecipe
{
    /// <inheritdoc/>
    public override bool BatchDice(bool standard) => false;
}
