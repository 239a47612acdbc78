using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Augmentation;

/// <summary>A scale of its own for every axis, rotation around half of the axes in 3D, and additive brightness.</summary>
[CatalogName("nnUNetTrainerV2_DA2")]
public sealed class NnUNetTrainerV2DA2 : TrainerRecipe
{
    /// <inheritdoc/>
    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan)
    {
        AugmentationSettings standard = base.AugmentationFor(plan);
        return standard with { Spatial = standard.Spatial with { OwnScaleProbability = 1, RotationProbabilityPerAxis = plan.Is2D ? 1 : 0.5 } };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PatchAugmentation> CreateIntensityAugmentations(int channels, bool sliceWise) =>
        IntensityAugmentations.WithAdditiveBrightness(channels, sliceWise);
}
