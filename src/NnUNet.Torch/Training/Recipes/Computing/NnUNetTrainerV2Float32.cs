using NnUNet.Foundation;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Training.Recipes.Computing;

/// <summary>Computes in float32 on every device.</summary>
[CatalogName("nnUNetTrainerV2_fp32")]
public sealed class NnUNetTrainerV2Float32 : TrainerRecipe
{
    /// <inheritdoc/>
    public override ComputePrecision? Precision => ComputePrecision.Float32;
}
