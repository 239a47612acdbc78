using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Interop.V2;

namespace NnUNet.Torch.Networks.V2;

/// <summary>Builds <c>ResidualEncoderUNet</c>, version 2's U-Net of residual blocks down and plain convolutions up, in 2D and 3D.</summary>
[CatalogName(V2NetworkArguments.ResidualEncoder)]
public sealed class ResidualEncoderFactory() : DynamicUNetFactory(V2NetworkArguments.ResidualEncoder)
{
    /// <summary>Blocks of version 2's presets; deeper stages have as many as the last.</summary>
    internal static readonly int[] Preset = [1, 3, 4, 6];

    private protected override int DecoderBlocks => 1;

    private protected override int[] Blocks(ConfigurationPlan stage, int stages) => PresetOf(stages);

    /// <summary>The presets' blocks of so many stages.</summary>
    internal static int[] PresetOf(int stages) => [.. Enumerable.Range(0, stages).Select(static s => Preset[Math.Min(s, Preset.Length - 1)])];
}
