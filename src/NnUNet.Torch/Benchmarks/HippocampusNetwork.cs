using System.Text.Json;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Benchmarks;

/// <summary>The network that the planner makes for the hippocampus (three poolings, 32 to 256 features), in 3D and 2D.</summary>
internal static class HippocampusNetwork
{
    private const int Poolings = 3;

    /// <summary>The patch (z, y, x) in 3D.</summary>
    public static readonly Extent Patch3D = new(40, 56, 40);

    /// <summary>The patch (z, y, x) in 2D.</summary>
    public static readonly Extent Patch2D = new(1, 56, 40);

    /// <summary>Feature maps of each resolution, full resolution first.</summary>
    public static readonly int[] Features = [32, 64, 128, 256];

    /// <summary>The network with weights drawn from seed 1.</summary>
    /// <param name="dimensions">2 or 3.</param>
    public static SegmentationNetwork Create(int dimensions)
    {
        int[] two = NetworkGeometry.Uniform(2, dimensions), three = NetworkGeometry.Uniform(3, dimensions);
        GenericUNetArguments arguments = new()
        {
            InputChannels = 1,
            Classes = 3,
            BaseFeatures = 32,
            MaxFeatures = 320,
            PoolKernels = [.. Enumerable.Range(0, Poolings).Select(_ => two.ToValueArray())],
            ConvolutionKernels = [.. Enumerable.Range(0, Poolings + 1).Select(_ => three.ToValueArray())],
        };
        SegmentationNetwork network = NetworkFactory.Create(new NetworkDescription
        {
            Name = GenericUNetFactory.Name,
            Arguments = JsonSerializer.SerializeToElement(arguments, ProductJson.Options),
            MirrorAxes = [],
        });
        network.Initialize(1);
        return network;
    }
}
