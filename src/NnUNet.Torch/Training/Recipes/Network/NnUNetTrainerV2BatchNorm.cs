using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>Batch norm instead of instance norm.</summary>
[CatalogName("nnUNetTrainerV2_BN")]
[CatalogName("nnUNetTrainerV2_BN_copy1")]
[CatalogName("nnUNetTrainerV2_BN_copy2")]
[CatalogName("nnUNetTrainerV2_BN_copy3")]
[CatalogName("nnUNetTrainerV2_BN_copy4")]
public sealed class NnUNetTrainerV2BatchNorm : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) => GenericUNetArguments.WithBatchNorm(network);
}
