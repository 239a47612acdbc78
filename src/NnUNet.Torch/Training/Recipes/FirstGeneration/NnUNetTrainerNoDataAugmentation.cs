using NnUNet.Core.Augmentation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.FirstGeneration;

/// <summary>The first generation without any augmentation; no mirroring in prediction either.</summary>
/// <remarks>The original makes no optimiser for it, so that it cannot be trained there. Source: nnUNet_variants/nnUNetTrainerNoDA.py.</remarks>
[CatalogName("nnUNetTrainerNoDA")]
public sealed class NnUNetTrainerNoDataAugmentation : FirstGenerationTrainer
{
    /// <inheritdoc/>
    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan) => base.AugmentationFor(plan).None();

    /// <inheritdoc/>
    public override AugmentationPipeline CreateAugmentation(Plan plan, AugmentationSettings settings) => AugmentationPipeline.None;
}
