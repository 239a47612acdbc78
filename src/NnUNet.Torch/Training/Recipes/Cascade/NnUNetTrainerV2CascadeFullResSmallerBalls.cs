using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Cascade;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Cascade;

/// <summary>The cascade with balls of 1 to 5 voxels for the first stage's borders.</summary>
[CatalogName("nnUNetTrainerV2CascadeFullRes_smallerBinStrel")]
public sealed class NnUNetTrainerV2CascadeFullResSmallerBalls : TrainerRecipe
{
    /// <inheritdoc/>
    public override bool UsesPreviousStage => true;

    /// <inheritdoc/>
    public override IReadOnlyList<PatchAugmentation> CreatePreviousStageAugmentation(int classes) =>
    [
        new OneHotAugmentation(classes),
        new MorphologyAugmentation(classes) { LargestRadius = 5 },
        new ComponentRemovalAugmentation(classes),
    ];
}
