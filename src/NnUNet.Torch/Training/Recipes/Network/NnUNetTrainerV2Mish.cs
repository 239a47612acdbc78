using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>Mish instead of leaky ReLU.</summary>
[CatalogName("nnUNetTrainerV2_Mish")]
public sealed class NnUNetTrainerV2Mish : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { Nonlinearity = new() { Name = "Mish" }, InitialSlope = 0 });
}
