using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>500 epochs instead of 1000.</summary>
[CatalogName("nnUNetTrainerV2_ep500")]
public sealed class NnUNetTrainerV2Epochs500 : TrainerRecipe
{
    /// <inheritdoc/>
    public override int Epochs => 500;
}
