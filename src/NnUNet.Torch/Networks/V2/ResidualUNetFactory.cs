using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Interop.V2;

namespace NnUNet.Torch.Networks.V2;

/// <summary>Builds <c>ResidualUNet</c>, version 2's U-Net of residual blocks down and up, in 2D and 3D.</summary>
[CatalogName(V2NetworkArguments.Residual)]
public sealed class ResidualUNetFactory() : DynamicUNetFactory(V2NetworkArguments.Residual)
{
    private protected override int DecoderBlocks => 1;

    private protected override int[] Blocks(ConfigurationPlan stage, int stages) => ResidualEncoderFactory.PresetOf(stages);
}
