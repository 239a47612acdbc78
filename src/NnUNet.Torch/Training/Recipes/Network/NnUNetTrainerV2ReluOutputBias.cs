using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>ReLU, and a bias in the convolutions that make the logits.</summary>
[CatalogName("nnUNetTrainerV2_ReLU_biasInSegOutput")]
public sealed class NnUNetTrainerV2ReluOutputBias : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { Nonlinearity = new() { Name = "ReLU" }, OutputBias = true, InitialSlope = 0 });
}
