using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>Three convolutions a stage.</summary>
[CatalogName("nnUNetTrainerV2_3ConvPerStageSameFilters")]
public sealed class NnUNetTrainerV2ThreeConvolutionsSameFilters : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { ConvolutionsPerStage = 3 });
}
