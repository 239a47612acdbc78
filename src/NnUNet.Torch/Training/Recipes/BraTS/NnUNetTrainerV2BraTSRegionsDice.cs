using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.BraTS;

/// <summary>Soft Dice of the regions alone.</summary>
/// <remarks>Source: nnunet/training/network_training/competitions_with_custom_Trainers/BraTS2020/nnUNetTrainerV2BraTSRegions.py.</remarks>
[CatalogName("nnUNetTrainerV2BraTSRegions_Dice")]
public sealed class NnUNetTrainerV2BraTSRegionsDice : BraTSRegionsRecipe
{
    /// <inheritdoc/>
    public override string Loss => "SoftDiceLoss_sigmoid_smooth0";
}
