using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Interop.V2;

namespace NnUNet.Torch.Networks.V2;

/// <summary>Builds <c>PlainConvUNet</c>, version 2's U-Net of plain convolutions, in 2D and 3D.</summary>
[CatalogName(V2NetworkArguments.Plain)]
public sealed class PlainConvUNetFactory() : DynamicUNetFactory(V2NetworkArguments.Plain)
{
    private const int Convolutions = 2;

    private protected override int DecoderBlocks => Convolutions;

    private protected override int[] Blocks(ConfigurationPlan stage, int stages) => NetworkGeometry.Uniform(Convolutions, stages);
}
