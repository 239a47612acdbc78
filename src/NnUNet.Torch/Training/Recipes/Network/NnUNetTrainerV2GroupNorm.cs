using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>Group norm with 8 groups instead of instance norm.</summary>
[CatalogName("nnUNetTrainerV2_GN")]
public sealed class NnUNetTrainerV2GroupNorm : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { Normalization = new() { Name = "GroupNorm" } });
}
