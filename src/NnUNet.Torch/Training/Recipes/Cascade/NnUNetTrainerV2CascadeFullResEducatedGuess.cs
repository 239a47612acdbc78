using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Cascade;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Cascade;

/// <summary>The cascade with balls of 1 to 5 voxels for half of the classes of half of the samples, and removal of parts below a tenth of the patch.</summary>
[CatalogName("nnUNetTrainerV2CascadeFullRes_EducatedGuess")]
public sealed class NnUNetTrainerV2CascadeFullResEducatedGuess : TrainerRecipe
{
    /// <inheritdoc/>
    public override bool UsesPreviousStage => true;

    /// <inheritdoc/>
    public override IReadOnlyList<PatchAugmentation> CreatePreviousStageAugmentation(int classes) =>
    [
        new OneHotAugmentation(classes),
        new MorphologyAugmentation(classes) { Probability = 0.5, ClassProbability = 0.5, LargestRadius = 5 },
        new ComponentRemovalAugmentation(classes) { LargestShare = 0.1 },
    ];
}
