using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Core.Planning;

namespace NnUNet.Torch.Training.Recipes.Augmentation;

/// <summary>What nnUNetTrainerV2_DA3, its variant with batch norm, and in part nnUNetTrainerV2_MMS share.</summary>
internal static class StrongAugmentation
{
    /// <summary>The scale of nnUNetTrainerV2, which its larger patch is computed with here.</summary>
    private const double InitialPatchScale = 0.7;

    public static AugmentationSettings Settings(ConfigurationPlan plan)
    {
        AugmentationSettings strong = AugmentationSettings.Strong(plan, InitialPatchScale);
        return strong with
        {
            Spatial = strong.Spatial with
            {
                RotationProbability = 0.3,
                ScaleProbability = 0.3,
                OwnScaleProbability = 0.3,
                ScaleLow = 0.65,
                ScaleHigh = 1.6,
                Elastic = new ElasticRangesByPatch(Share: new(0, 0.25)) { Probability = 0.3 },
            },
        };
    }

    public static IReadOnlyList<PatchAugmentation> Intensities(int channels, bool sliceWise) => IntensityAugmentations.Strong(
        channels,
        sliceWise,
        power: new(0.5, 1.6),
        new AdditiveBrightnessAugmentation(channels) { Probability = 0.3, ChannelProbability = 1, StandardDeviation = 0.2 });
}
