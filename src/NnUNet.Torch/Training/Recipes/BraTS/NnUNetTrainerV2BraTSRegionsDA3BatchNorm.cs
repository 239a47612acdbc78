using NnUNet.Core.Augmentation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Training.Recipes.Augmentation;

namespace NnUNet.Torch.Training.Recipes.BraTS;

/// <summary>The augmentation of nnUNetTrainerV2_DA3, and batch norm.</summary>
/// <remarks>Source: nnunet/training/network_training/competitions_with_custom_Trainers/BraTS2020/nnUNetTrainerV2BraTSRegions_moreDA.py.</remarks>
[CatalogName("nnUNetTrainerV2BraTSRegions_DA3_BN")]
public sealed class NnUNetTrainerV2BraTSRegionsDA3BatchNorm : BraTSRegionsRecipe
{
    /// <inheritdoc/>
    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan) => StrongAugmentation.Settings(plan);

    /// <inheritdoc/>
    public override IReadOnlyList<PatchAugmentation> CreateIntensityAugmentations(int channels, bool sliceWise) => StrongAugmentation.Intensities(channels, sliceWise);

    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { Normalization = new() { Name = "BatchNorm" } });
}
