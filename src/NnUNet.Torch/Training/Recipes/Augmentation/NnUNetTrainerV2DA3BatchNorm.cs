using NnUNet.Core.Augmentation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Augmentation;

/// <summary>The augmentation of nnUNetTrainerV2_DA3 and batch norm instead of instance norm.</summary>
[CatalogName("nnUNetTrainerV2_DA3_BN")]
public sealed class NnUNetTrainerV2DA3BatchNorm : TrainerRecipe
{
    /// <inheritdoc/>
    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan) => StrongAugmentation.Settings(plan);

    /// <inheritdoc/>
    public override IReadOnlyList<PatchAugmentation> CreateIntensityAugmentations(int channels, bool sliceWise) => StrongAugmentation.Intensities(channels, sliceWise);

    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) => GenericUNetArguments.WithBatchNorm(network);
}
