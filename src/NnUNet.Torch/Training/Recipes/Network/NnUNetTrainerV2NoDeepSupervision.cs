using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>Only the output of full resolution counts.</summary>
[CatalogName("nnUNetTrainerV2_noDeepSupervision")]
public sealed class NnUNetTrainerV2NoDeepSupervision : TrainerRecipe
{
    /// <inheritdoc/>
    public override ValueArray<double> OutputWeights(int outputs) => [1.0, .. Enumerable.Repeat(0.0, outputs - 1)];
}
