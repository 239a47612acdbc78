using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Cascade;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Cascade;

/// <summary>The cascade without removing parts of the first stage's segmentation.</summary>
[CatalogName("nnUNetTrainerV2CascadeFullRes_noConnComp")]
public sealed class NnUNetTrainerV2CascadeFullResNoRemoval : TrainerRecipe
{
    /// <inheritdoc/>
    public override bool UsesPreviousStage => true;

    /// <inheritdoc/>
    public override IReadOnlyList<PatchAugmentation> CreatePreviousStageAugmentation(int classes) =>
    [
        new OneHotAugmentation(classes),
        new MorphologyAugmentation(classes),
    ];
}
