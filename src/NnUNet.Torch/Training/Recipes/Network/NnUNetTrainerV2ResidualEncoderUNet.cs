using NnUNet.Foundation;
using NnUNet.Interop.V2;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>The U-Net with residual encoder of nnU-Net v2, to go on from its weights and to be exported to it.</summary>
[CatalogName("nnUNetTrainerV2_ResidualEncoderUNet")]
public sealed class NnUNetTrainerV2ResidualEncoderUNet : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Network => V2NetworkArguments.ResidualEncoder;
}
