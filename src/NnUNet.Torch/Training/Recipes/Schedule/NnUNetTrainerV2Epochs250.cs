using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>250 epochs instead of 1000.</summary>
[CatalogName("nnUNetTrainerV2_ep250")]
public sealed class NnUNetTrainerV2Epochs250 : TrainerRecipe
{
    /// <inheritdoc/>
    public override int Epochs => 250;
}
