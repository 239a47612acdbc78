using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Cascade;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Cascade;

/// <summary>The cascade with balls of 1 to 5 voxels for a third of the classes of every sample, without removing parts.</summary>
[CatalogName("nnUNetTrainerV2CascadeFullRes_EducatedGuess3")]
public sealed class NnUNetTrainerV2CascadeFullResEducatedGuess3 : TrainerRecipe
{
    /// <inheritdoc/>
    public override bool UsesPreviousStage => true;

    /// <inheritdoc/>
    public override IReadOnlyList<PatchAugmentation> CreatePreviousStageAugmentation(int classes) =>
    [
        new OneHotAugmentation(classes),
        new MorphologyAugmentation(classes) { Probability = 1, ClassProbability = 0.33, LargestRadius = 5 },
    ];
}
