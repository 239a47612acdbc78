using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.BraTS;

/// <summary>The augmentation of nnUNetTrainerV2_DA3, batch norm, and Dice of the whole batch.</summary>
/// <remarks>Source: nnunet/training/network_training/competitions_with_custom_Trainers/BraTS2020/nnUNetTrainerV2BraTSRegions_moreDA.py.</remarks>
[CatalogName("nnUNetTrainerV2BraTSRegions_DA3_BN_BD")]
public sealed class NnUNetTrainerV2BraTSRegionsDA3BatchNormBatchDice : BraTSStrongRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) => GenericUNetArguments.WithBatchNorm(network);

    /// <inheritdoc/>
    public override bool BatchDice(bool standard) => true;
}
