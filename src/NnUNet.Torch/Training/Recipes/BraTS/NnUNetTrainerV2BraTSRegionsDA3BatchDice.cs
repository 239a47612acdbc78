using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.BraTS;

/// <summary>The augmentation of nnUNetTrainerV2_DA3, and Dice of the whole batch.</summary>
/// <remarks>Source: nnunet/training/network_training/competitions_with_custom_Trainers/BraTS2020/nnUNetTrainerV2BraTSRegions_moreDA.py.</remarks>
[CatalogName("nnUNetTrainerV2BraTSRegions_DA3_BD")]
public sealed class NnUNetTrainerV2BraTSRegionsDA3BatchDice : BraTSStrongRecipe
{
    /// <inheritdoc/>
    public override bool BatchDice(bool standard) => true;
}
