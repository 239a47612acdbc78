using NnUNet.Core.Augmentation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Augmentation;

/// <summary>Every axis of a scaled sample has a scale of its own.</summary>
[CatalogName("nnUNetTrainerV2_independentScalePerAxis")]
public sealed class NnUNetTrainerV2IndependentScalePerAxis : TrainerRecipe
{
    /// <inheritdoc/>
    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan)
    {
        AugmentationSettings standard = base.AugmentationFor(plan);
        return standard with { Spatial = standard.Spatial with { OwnScaleProbability = 1 } };
    }
}
