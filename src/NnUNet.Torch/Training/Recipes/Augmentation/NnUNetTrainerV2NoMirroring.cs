using NnUNet.Core.Augmentation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Augmentation;

/// <summary>No mirroring, neither in training nor in prediction.</summary>
[CatalogName("nnUNetTrainerV2_noMirroring")]
public sealed class NnUNetTrainerV2NoMirroring : TrainerRecipe
{
    /// <inheritdoc/>
    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan) => base.AugmentationFor(plan) with { MirrorAxes = [] };
}
