using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>ReLU instead of leaky ReLU.</summary>
[CatalogName("nnUNetTrainerV2_ReLU")]
public sealed class NnUNetTrainerV2Relu : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { Nonlinearity = new() { Name = "ReLU" }, InitialSlope = 0 });
}
