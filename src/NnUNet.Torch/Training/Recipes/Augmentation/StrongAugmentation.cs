using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Core.Planning;

namespace NnUNet.Torch.Training.Recipes.Augmentation;

/// <summary>What nnUNetTrainerV2_DA3, its variant with batch norm, and in part nnUNetTrainerV2_MMS share.</summary>
internal static class StrongAugmentation
{
    /// <summary>The scale of nnUNetTrainerV2, which its larger patch is computed with here.</summary>
    private const double InitialPatchScale = 0.7;

    /// <param name="plan">The plan of the stage.</param>
    /// <param name="maxAngle">Largest angle in radians around every axis in 3D.</param>
    /// <param name="elastic">Share of the samples that are deformed.</param>
    public static AugmentationSettings Settings(ConfigurationPlan plan, double maxAngle = Math.PI / 6, double elastic = 0.3)
    {
        AugmentationSettings strong = AugmentationSettings.Strong(plan, InitialPatchScale, maxAngle);
        return strong with
        {
            Spatial = strong.Spatial with
            {
                RotationProbability = 0.3,
                ScaleProbability = 0.3,
                OwnScaleProbability = 0.3,
                ScaleLow = 0.65,
                ScaleHigh = 1.6,
                Elastic = new ElasticRangesByPatch(Share: new(0, 0.25)) { Probability = elastic },
            },
        };
    }

    /// <param name="channels">Number of image channels.</param>
    /// <param name="sliceWise">Whether slices are kept apart.</param>
    /// <param name="brightened">Share of a brightened sample's channels that are brightened.</param>
    public static IReadOnlyList<PatchAugmentation> Intensities(int channels, bool sliceWise, double brightened = 1) => IntensityAugmentations.Strong(
        channels,
        sliceWise,
        power: new(0.5, 1.6),
        new AdditiveBrightnessAugmentation(channels) { Probability = 0.3, ChannelProbability = brightened, StandardDeviation = 0.2 });
}
