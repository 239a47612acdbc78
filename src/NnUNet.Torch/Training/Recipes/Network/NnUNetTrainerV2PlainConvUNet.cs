using NnUNet.Foundation;
using NnUNet.Interop.V2;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>The plain U-Net of nnU-Net v2, to go on from its weights and to be exported to it.</summary>
[CatalogName("nnUNetTrainerV2_PlainConvUNet")]
public sealed class NnUNetTrainerV2PlainConvUNet : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Network => V2NetworkArguments.Plain;
}
