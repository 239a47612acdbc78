using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Cascade;

/// <summary>The cascade for 500 epochs.</summary>
[CatalogName("nnUNetTrainerV2CascadeFullRes_shorter")]
public sealed class NnUNetTrainerV2CascadeFullResShorter : TrainerRecipe
{
    /// <inheritdoc/>
    public override bool UsesPreviousStage => true;

    /// <inheritdoc/>
    public override int Epochs => 500;
}
