using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>A bias in the convolutions that make the logits.</summary>
[CatalogName("nnUNetTrainerV2_lReLU_biasInSegOutput")]
public sealed class NnUNetTrainerV2LeakyReluOutputBias : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { OutputBias = true, InitialSlope = 0 });
}
