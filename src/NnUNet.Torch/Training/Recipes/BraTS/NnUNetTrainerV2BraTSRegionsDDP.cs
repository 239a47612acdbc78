using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.BraTS;

/// <summary>The regions of BraTS with a smoothed Dice, of the batch where the configuration takes that.</summary>
/// <remarks>
/// The original leaves the first region out of the Dice, as if it were the background of classes; here all regions count.
/// Source: nnunet/training/network_training/competitions_with_custom_Trainers/BraTS2020/nnUNetTrainerV2BraTSRegions.py, nnUNetTrainerV2BraTSRegions_DDP.
/// </remarks>
[CatalogName("nnUNetTrainerV2BraTSRegions_DDP")]
public sealed class NnUNetTrainerV2BraTSRegionsDDP : BraTSRegionsRecipe
{
    /// <inheritdoc/>
    public override string Loss => "DC_and_BCE_loss";

    /// <inheritdoc/>
    public override bool BatchDice(bool standard) => standard;
}
