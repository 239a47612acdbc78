using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>ReLU before the normalisation.</summary>
[CatalogName("nnUNetTrainerV2_ReLU_convReLUIN")]
public sealed class NnUNetTrainerV2ReluBeforeNorm : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { Nonlinearity = new() { Name = "ReLU" }, NonlinearityFirst = true, InitialSlope = 0 });
}
