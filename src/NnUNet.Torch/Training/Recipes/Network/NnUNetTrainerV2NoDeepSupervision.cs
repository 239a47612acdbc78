using NnUNet.Foundation;
using NnUNet.Torch.Losses;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>Only the output of full resolution counts.</summary>
[CatalogName("nnUNetTrainerV2_noDeepSupervision")]
public sealed class NnUNetTrainerV2NoDeepSupervision : TrainerRecipe
{
    /// <inheritdoc/>
    public override ValueArray<double> OutputWeights(int outputs) => DeepSupervisionLoss.FullResolutionOnly(outputs);
}
