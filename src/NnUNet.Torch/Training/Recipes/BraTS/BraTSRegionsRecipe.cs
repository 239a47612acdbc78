using NnUNet.Core.Datasets;

namespace NnUNet.Torch.Training.Recipes.BraTS;

/// <summary>What the BraTS trainers share: their regions, and a loss of Dice, sample by sample and without smoothing, plus binary cross-entropy.</summary>
/// <remarks>
/// The labels are 1 oedema, 2 necrosis and non-enhancing tumour, 3 enhancing tumour, as the original's conversion of the
/// challenge's data numbers them. Source: nnunet/evaluation/region_based_evaluation.py, get_brats_regions.
/// </remarks>
public abstract class BraTSRegionsRecipe : TrainerRecipe
{
    private static readonly LabelRegions Definition = new([new("whole tumor", [1, 2, 3]), new("tumor core", [2, 3]), new("enhancing tumor", [3])], [1, 2, 3]);

    /// <inheritdoc/>
    public sealed override LabelRegions? Regions => Definition;

    /// <inheritdoc/>
    public override string Loss => "DC_and_BCE_loss_smooth0";

    /// <inheritdoc/>
    public override bool BatchDice(bool standard) => false;
}
