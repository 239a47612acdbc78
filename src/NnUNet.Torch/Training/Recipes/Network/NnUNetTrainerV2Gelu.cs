using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>GeLU instead of leaky ReLU.</summary>
[CatalogName("nnUNetTrainerV2_GeLU")]
public sealed class NnUNetTrainerV2Gelu : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { Nonlinearity = new() { Name = "GeLU" } });
}
