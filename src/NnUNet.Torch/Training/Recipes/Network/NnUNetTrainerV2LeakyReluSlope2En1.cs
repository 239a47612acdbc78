using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>Leaky ReLU with slope 0.2.</summary>
[CatalogName("nnUNetTrainerV2_LReLU_slope_2en1")]
public sealed class NnUNetTrainerV2LeakyReluSlope2En1 : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { Nonlinearity = new() { NegativeSlope = 0.2 }, InitialSlope = 0 });
}
