using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Augmentation;

/// <summary>Wider ranges of all augmentations, and elastic deformation.</summary>
[CatalogName("nnUNetTrainerV2_insaneDA")]
public sealed class NnUNetTrainerV2InsaneDA : TrainerRecipe
{
    /// <inheritdoc/>
    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan)
    {
        AugmentationSettings strong = AugmentationSettings.Strong(plan);
        return strong with
        {
            Spatial = strong.Spatial with { ScaleLow = 0.65, ScaleHigh = 1.6, Elastic = new ElasticRangesInVoxels(Alpha: new(0, 1300), Sigma: new(9, 15)) },
        };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PatchAugmentation> CreateIntensityAugmentations(int channels, bool sliceWise) =>
        IntensityAugmentations.Strong(channels, sliceWise, power: new(0.6, 2));
}
