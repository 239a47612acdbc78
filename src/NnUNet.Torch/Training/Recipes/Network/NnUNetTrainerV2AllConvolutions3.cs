using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>All kernels have three voxels along every axis.</summary>
[CatalogName("nnUNetTrainerV2_allConv3x3")]
public sealed class NnUNetTrainerV2AllConvolutions3 : TrainerRecipe
{
    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { ConvolutionKernels = a.ConvolutionKernels.Select(static kernel => kernel.Select(static _ => 3).ToValueArray()).ToValueArray() });
}
