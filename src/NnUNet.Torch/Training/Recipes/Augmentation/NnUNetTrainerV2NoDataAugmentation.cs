using NnUNet.Core.Augmentation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Augmentation;

/// <summary>No augmentation at all; no mirroring in prediction either.</summary>
[CatalogName("nnUNetTrainerV2_noDataAugmentation")]
[CatalogName("nnUNetTrainerV2_noDataAugmentation_copy1")]
[CatalogName("nnUNetTrainerV2_noDataAugmentation_copy2")]
[CatalogName("nnUNetTrainerV2_noDataAugmentation_copy3")]
[CatalogName("nnUNetTrainerV2_noDataAugmentation_copy4")]
public sealed class NnUNetTrainerV2NoDataAugmentation : TrainerRecipe
{
    /// <inheritdoc/>
    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan) => base.AugmentationFor(plan).None();

    /// <inheritdoc/>
    public override AugmentationPipeline CreateAugmentation(Plan plan, AugmentationSettings settings) => AugmentationPipeline.None;
}
