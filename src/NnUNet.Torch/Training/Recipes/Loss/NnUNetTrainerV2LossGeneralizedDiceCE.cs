using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Loss;

/// <summary>Generalised Dice plus cross-entropy.</summary>
[CatalogName("nnUNetTrainerV2_Loss_CEGDL")]
public sealed class NnUNetTrainerV2LossGeneralizedDiceCE : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Loss => "GDL_and_CE_loss";
}
