using NnUNet.Core.Augmentation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Augmentation;

/// <summary>Wider ranges and probabilities, a scale of its own for every axis, additive brightness, and elastic deformation by the patch's size.</summary>
[CatalogName("nnUNetTrainerV2_DA3")]
public sealed class NnUNetTrainerV2DA3 : TrainerRecipe
{
    /// <inheritdoc/>
    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan) => StrongAugmentation.Settings(plan);

    /// <inheritdoc/>
    public override IReadOnlyList<PatchAugmentation> CreateIntensityAugmentations(int channels, bool sliceWise) => StrongAugmentation.Intensities(channels, sliceWise);
}
