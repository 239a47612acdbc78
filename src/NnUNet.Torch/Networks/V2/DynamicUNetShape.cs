using NnUNet.Foundation;
using NnUNet.Interop.V2;

namespace NnUNet.Torch.Networks.V2;

/// <summary>The arguments of version 2's networks as every U-Net's; they were checked when they were read.</summary>
/// <param name="arguments">The arguments.</param>
internal sealed class DynamicUNetShape(V2NetworkArguments arguments) : IUNetShape
{
    public int Dimensions => arguments.Dimensions;

    public int InputChannels => arguments.InputChannels;

    public int Classes => arguments.Classes;

    public ValueArray<ValueArray<int>> Strides => arguments.Strides;

    public IReadOnlyList<int> Features => arguments.Features;

    public IEnumerable<int> Widths => arguments.Widths;

    public IEnumerable<string> Faults() => [];
}
