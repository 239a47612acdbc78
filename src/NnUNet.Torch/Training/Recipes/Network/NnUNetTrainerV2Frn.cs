using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>Filter response normalisation, which brings its own nonlinearity.</summary>
[CatalogName("nnUNetTrainerV2_FRN")]
public sealed class NnUNetTrainerV2Frn : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { Normalization = new() { Name = "FRN", Epsilon = 1e-6 }, Nonlinearity = new() { Name = "Identity" } });
}
