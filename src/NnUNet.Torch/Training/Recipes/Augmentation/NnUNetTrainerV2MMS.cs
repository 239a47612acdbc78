using NnUNet.Core.Augmentation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Augmentation;

/// <summary>For images of many scanners (M&amp;Ms challenge): wide ranges, rotation of most samples, additive brightness, and batch norm.</summary>
[CatalogName("nnUNetTrainerV2_MMS")]
public sealed class NnUNetTrainerV2MMS : TrainerRecipe
{
    /// <inheritdoc/>
    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan)
    {
        AugmentationSettings strong = AugmentationSettings.Strong(plan);
        return strong with
        {
            Spatial = strong.Spatial with
            {
                RotationProbability = 0.7,
                ScaleProbability = 0.3,
                OwnScaleProbability = 0.3,
                ScaleLow = 0.65,
                ScaleHigh = 1.6,
                Elastic = new ElasticRangesInVoxels(Alpha: new(0, 300), Sigma: new(9, 15)) { Probability = 0.1 },
            },
        };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<PatchAugmentation> CreateIntensityAugmentations(int channels, bool sliceWise) => StrongAugmentation.Intensities(channels, sliceWise);

    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) => GenericUNetArguments.WithBatchNorm(network);
}
