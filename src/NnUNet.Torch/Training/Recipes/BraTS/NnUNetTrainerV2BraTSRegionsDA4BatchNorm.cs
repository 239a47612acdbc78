using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.BraTS;

/// <summary>As DA3 with rotation by up to 90 degrees in 3D, fewer deformed samples and fewer brightened channels; batch norm.</summary>
/// <remarks>Source: nnunet/training/network_training/competitions_with_custom_Trainers/BraTS2020/nnUNetTrainerV2BraTSRegions_moreDA.py.</remarks>
[CatalogName("nnUNetTrainerV2BraTSRegions_DA4_BN")]
public sealed class NnUNetTrainerV2BraTSRegionsDA4BatchNorm : BraTSStrongRecipe
{
    private protected override bool IsDA4 => true;

    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) => GenericUNetArguments.WithBatchNorm(network);
}
