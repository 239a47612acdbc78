using NnUNet.Foundation;
using NnUNet.Torch.Losses;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>The U-Net with a residual encoder, for the plans of ExperimentPlanner3DFabiansResUNet_v21.</summary>
/// <remarks>In the original the weight that the plain trainer sets to 0 belongs to a resolution without an output here, so that all outputs count.</remarks>
[CatalogName("nnUNetTrainerV2_ResencUNet")]
[CatalogName("nnUNetTrainerV2_ResencUNet_copy1")]
[CatalogName("nnUNetTrainerV2_ResencUNet_copy2")]
[CatalogName("nnUNetTrainerV2_ResencUNet_copy3")]
[CatalogName("nnUNetTrainerV2_ResencUNet_copy4")]
public sealed class NnUNetTrainerV2ResencUNet : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Network => "FabiansUNet";

    /// <inheritdoc/>
    public override ValueArray<double> OutputWeights(int outputs) => DeepSupervisionLoss.DefaultWeights(outputs + 1).Take(outputs).ToValueArray();
}
