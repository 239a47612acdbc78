using NnUNet.Core.Augmentation;
using NnUNet.Core.Planning;
using NnUNet.Torch.Training.Recipes.Augmentation;

namespace NnUNet.Torch.Training.Recipes.BraTS;

/// <summary>What the BraTS trainers with strong augmentation share: that of nnUNetTrainerV2_DA3, called DA3, or a variant of it, called DA4.</summary>
/// <remarks>Source: nnunet/training/network_training/competitions_with_custom_Trainers/BraTS2020/nnUNetTrainerV2BraTSRegions_moreDA.py.</remarks>
public abstract class BraTSStrongRecipe : BraTSRegionsRecipe
{
    /// <summary>Whether it is DA4: patches turn by up to 90 degrees in 3D, fewer samples are deformed and fewer channels brightened.</summary>
    /// <value>False.</value>
    private protected virtual bool IsDA4 => false;

    /// <inheritdoc/>
    public sealed override AugmentationSettings AugmentationFor(ConfigurationPlan plan) =>
        IsDA4 ? StrongAugmentation.Settings(plan, maxAngle: Math.PI / 2, elastic: 0.2) : StrongAugmentation.Settings(plan);

    /// <inheritdoc/>
    public sealed override IReadOnlyList<PatchAugmentation> CreateIntensityAugmentations(int channels, bool sliceWise) =>
        IsDA4 ? StrongAugmentation.Intensities(channels, sliceWise, brightened: 0.5) : StrongAugmentation.Intensities(channels, sliceWise);
}
