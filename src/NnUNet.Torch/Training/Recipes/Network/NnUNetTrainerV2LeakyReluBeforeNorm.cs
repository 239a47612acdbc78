using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>Leaky ReLU before the normalisation.</summary>
[CatalogName("nnUNetTrainerV2_lReLU_convReLUIN")]
public sealed class NnUNetTrainerV2LeakyReluBeforeNorm : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { NonlinearityFirst = true });
}
