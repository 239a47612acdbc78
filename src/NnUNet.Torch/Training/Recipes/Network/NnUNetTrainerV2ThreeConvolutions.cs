using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>Three convolutions a stage, with fewer feature maps to make up for it.</summary>
[CatalogName("nnUNetTrainerV2_3ConvPerStage")]
public sealed class NnUNetTrainerV2ThreeConvolutions : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { BaseFeatures = 24, ConvolutionsPerStage = 3 });
}
