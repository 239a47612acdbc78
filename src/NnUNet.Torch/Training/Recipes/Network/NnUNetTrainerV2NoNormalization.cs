using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>No normalisation between convolution and nonlinearity.</summary>
[CatalogName("nnUNetTrainerV2_NoNormalization")]
public sealed class NnUNetTrainerV2NoNormalization : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { Normalization = new() { Name = "Identity" } });
}
