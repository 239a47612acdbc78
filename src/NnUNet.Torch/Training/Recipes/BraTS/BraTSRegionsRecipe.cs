using NnUNet.Core.Datasets;

namespace NnUNet.Torch.Training.Recipes.BraTS;

/// <summary>What the BraTS trainers share: their regions, and a loss of Dice, sample by sample and without smoothing, plus binary cross-entropy.</summary>
/// <remarks>The labels are those into which the original's conversion turns the challenge's.</remarks>
public abstract class BraTSRegionsRecipe : TrainerRecipe
{
    /// <inheritdoc/>
    public sealed override LabelRegions? Regions => LabelRegions.BraTS;

    /// <inheritdoc/>
    public override string Loss => "DC_and_BCE_loss_smooth0";

    /// <inheritdoc/>
    public override bool BatchDice(bool standard) => false;
}
