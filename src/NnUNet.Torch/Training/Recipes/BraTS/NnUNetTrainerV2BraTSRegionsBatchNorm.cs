using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.BraTS;

/// <summary>Batch norm; whatever its name says, it learns classes, and regions only where the data set declares them.</summary>
/// <remarks>Source: nnunet/training/network_training/competitions_with_custom_Trainers/BraTS2020/nnUNetTrainerV2BraTSRegions.py.</remarks>
[CatalogName("nnUNetTrainerV2BraTSRegions_BN")]
public sealed class NnUNetTrainerV2BraTSRegionsBatchNorm : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) => GenericUNetArguments.WithBatchNorm(network);
}
