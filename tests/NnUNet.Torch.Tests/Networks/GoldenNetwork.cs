using System.Text.Json;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Tests.Networks;

/// <summary>The trained network of the golden files: hippocampus 3d_fullres.</summary>
internal static class GoldenNetwork
{
    public static GenericUNetArguments Arguments { get; } = new()
    {
        InputChannels = 1,
        Classes = 3,
        BaseFeatures = 32,
        MaxFeatures = 320,
        PoolKernels = [[2, 2, 2], [2, 2, 2], [2, 2, 2]],
        ConvolutionKernels = [[3, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3]],
    };

    public static NetworkDescription Description { get; } = Describe(Arguments);

    public static NetworkDescription Describe(GenericUNetArguments arguments) => new()
    {
        Name = GenericUNetFactory.Name,
        Arguments = JsonSerializer.SerializeToElement(arguments, ProductJson.Options),
        MirrorAxes = [0, 1, 2],
    };

    public static SegmentationNetwork Load()
    {
        SegmentationNetwork network = NetworkFactory.Create(Description);
        NetworkWeights.Load("weights.npz", network, [.. GoldenArrays.Read("network/weights.npz").Values.Select(static a => a.ToWeight())]);
        return network;
    }
}
